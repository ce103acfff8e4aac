import type { ByteSink } from '../io/byte-sink.ts'
import { ClusteredSpace } from './clustered-space.ts'
import { DraftWriter } from './draft-writer.ts'
import type { ExistingObject, GroupDraft, ObjectDraft } from './drafts.ts'
import { Emitter } from './emitter.ts'
import type { FileOptions, FilePlan } from './file-options.ts'
import { IN_PAGES, planFile } from './file-options.ts'
import { RAW_START } from './file-parts.ts'
import type { GlobalHeapBuilder } from './global-heap-builder.ts'
import { PagedSpace } from './paged-space.ts'
import { SharedMessageBuilder } from './shared-message-builder.ts'
import type { Space } from './space.ts'
import { FileSpace } from './space.ts'
import { SplitSpace } from './split-space.ts'
import { headLength, writeSuperblock } from './superblock-writer.ts'
import type { Versions } from './version-bounds.ts'

/**
 * Writes a new file: raw data as it comes, then the objects, children before parents, and the superblock last, so
 * that before that there is no file.
 *
 *     const writer = new FileWriter(sink, { low: 'v110' })
 *     const address = writer.emitter.placeRaw(bytes)       // elements first, as many as there are
 *     root.links.set('data', { kind: 'hard', object: { kind: 'dataset', layout: { address, ... }, ... } })
 *     writer.finish(root)
 */
export class FileWriter {
  readonly #plan: FilePlan
  readonly #drafts: DraftWriter
  readonly #sharing: SharedMessageBuilder | undefined

  /** @param sink gets the whole file, its user block included */
  constructor(sink: ByteSink, options: FileOptions = {}) {
    const plan = planFile(options)
    const { userBlock, sizes } = plan
    if (userBlock.length > 0) sink.write(0, userBlock)
    const head = headLength(plan)
    this.#plan = plan
    const emitter = new Emitter(sizes, spaceOf(plan, head), behind(userBlock.length, sink))
    this.#sharing = options.sharing && new SharedMessageBuilder(emitter, options.sharing)
    this.#drafts = new DraftWriter(emitter, plan, this.#sharing)
  }

  get emitter(): Emitter {
    return this.#drafts.emitter
  }

  /** Where variable-length data goes. */
  get heap(): GlobalHeapBuilder {
    return this.#drafts.heap
  }

  /** The least versions of what is written. */
  get versions(): Versions {
    return this.#plan.versions
  }

  /** The greatest. */
  get limits(): Versions {
    return this.#plan.limits
  }

  /**
   * Writes an object before the others, which is all that is to be known of it then: what it leads to is in the file.
   *
   * @param links that will lead to it
   */
  write(object: ObjectDraft, links: number): ExistingObject {
    return { kind: 'existing', address: this.#drafts.writeAlone(object, links) }
  }

  /** The header that `write` writes of an object; undefined where that writes more of it than the header. */
  headerAlone(object: ObjectDraft, links: number): Uint8Array | undefined {
    return this.#drafts.headerAlone(object, links)
  }

  /**
   * Writes all that can be reached from the root group, and the superblock.
   *
   * @param unlinked objects to be written to which no link leads
   */
  finish(root: GroupDraft, unlinked: readonly ObjectDraft[] = []): void {
    // The superblock leads to the root group.
    this.#drafts.write([root, ...unlinked], new Map([[root, 1]]))
    this.heap.finish()
    const { space } = this.emitter
    if (space instanceof ClusteredSpace || space instanceof SplitSpace) space.trim()
    const shared = this.#sharing === undefined ? [] : [this.#sharing.finish()]
    writeSuperblock(this.emitter, this.#plan, this.#drafts.addressOf(root), shared)
  }
}

/** Where everything is aligned, descriptions are in blocks only if that is asked for: each block has room before it. */
function spaceOf({ alignment, fileSpace, metadataBlock, parts }: FilePlan, head: number): Space {
  if (parts?.kind === 'split' || parts?.kind === 'multi')
    return new SplitSpace(new FileSpace(head, alignment), new FileSpace(RAW_START, alignment))
  if (fileSpace?.strategy === IN_PAGES) return new PagedSpace(head, fileSpace)
  if (alignment !== undefined && metadataBlock === undefined) return new FileSpace(head, alignment)
  const sizes = metadataBlock === undefined ? undefined : { least: metadataBlock, most: metadataBlock, parts: 1 }
  return new ClusteredSpace(new FileSpace(head, alignment), sizes)
}

/** A sink behind a user block. */
function behind(length: number, sink: ByteSink): ByteSink {
  return length === 0 ? sink : { write: (address, bytes) => sink.write(length + address, bytes) }
}
