import type { ByteSink } from '../io/byte-sink.ts'
import type { GroupDraft, ObjectDraft, Places } from './drafts.ts'
import { Emitter } from './emitter.ts'
import type { FileOptions, FilePlan } from './file-options.ts'
import { planFile } from './file-options.ts'
import { GlobalHeapBuilder } from './global-heap-builder.ts'
import type { HeaderPlace } from './header-packer.ts'
import { headerLength, packHeader } from './header-packer.ts'
import type { ObjectContext } from './object-context.ts'
import { orderObjects } from './object-order.ts'
import { objectHeader } from './object-writer.ts'
import { FileSpace } from './space.ts'
import { superblockLength, writeSuperblock } from './superblock-writer.ts'
import type { Versions } from './version-bounds.ts'

/** Takes nothing: for finding out how long something will be. */
const NOWHERE: ByteSink = { write() {} }

/** What elements get instead of addresses while a header is measured. */
const NO_PLACES: Places = { addressOf: () => 0, store: () => ({ address: 0, index: 0 }) }

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
  readonly emitter: Emitter
  /** Where variable-length data goes. */
  readonly heap: GlobalHeapBuilder
  readonly #plan: FilePlan
  readonly #written = new Map<ObjectDraft, number>()
  /** Places of headers that something points to already. */
  readonly #reserved = new Map<ObjectDraft, HeaderPlace>()
  #references: ReadonlyMap<ObjectDraft, number> = new Map()

  /** @param sink gets the whole file, its user block included */
  constructor(sink: ByteSink, options: FileOptions = {}) {
    const plan = planFile(options)
    const { userBlock, sizes, alignment } = plan
    if (userBlock.length > 0) sink.write(0, userBlock)
    const space = new FileSpace(superblockLength(plan), alignment)
    this.#plan = plan
    this.emitter = new Emitter(sizes, space, behind(userBlock.length, sink))
    this.heap = new GlobalHeapBuilder(this.emitter)
  }

  /** The least versions of what is written. */
  get versions(): Versions {
    return this.#plan.versions
  }

  /**
   * Writes all that can be reached from the root group, and the superblock.
   *
   * @param unlinked objects to be written to which no link leads
   */
  finish(root: GroupDraft, unlinked: readonly ObjectDraft[] = []): void {
    const { objects, references } = orderObjects([root, ...unlinked])
    this.#references = references
    // The superblock leads to the root group.
    references.set(root, (references.get(root) ?? 0) + 1)
    for (const object of objects) this.#write(object)
    this.#writeReferred()
    this.heap.finish()
    writeSuperblock(this.emitter, this.#plan, this.#addressOf(root))
  }

  /** Writes objects that nothing but elements of others led to. */
  #writeReferred(): void {
    for (;;) {
      const [referred] = this.#reserved.keys()
      if (referred === undefined) return
      for (const object of orderObjects([referred]).objects) if (!this.#written.has(object)) this.#write(object)
    }
  }

  #write(object: ObjectDraft): void {
    const context = this.#context(this.emitter, {
      addressOf: (linked) => this.#addressOf(linked),
      store: (bytes) => this.heap.add(bytes),
    })
    if (object.kind === 'dataset') object.deferred?.(context)
    const header = objectHeader(context, object)
    const address = packHeader(this.emitter, header, this.#reserved.get(object))
    this.#reserved.delete(object)
    this.#written.set(object, address)
  }

  /** What is not written yet gets its place before. */
  #addressOf(object: ObjectDraft): number {
    const known = this.#written.get(object) ?? this.#reserved.get(object)?.address
    if (known !== undefined) return known
    const trial = new Emitter(this.#plan.sizes, new FileSpace(0), NOWHERE)
    const length = headerLength(trial, objectHeader(this.#context(trial, NO_PLACES), object))
    const place = { address: this.emitter.space.allocate(length), length }
    this.#reserved.set(object, place)
    return place.address
  }

  #context(emitter: Emitter, places: Places): ObjectContext {
    const { versions, limits, constants } = this.#plan
    const referenceCount = (object: ObjectDraft): number => this.#references.get(object) ?? 0
    return { emitter, versions, limits, constants, referenceCount, ...places }
  }
}

/** A sink behind a user block. */
function behind(length: number, sink: ByteSink): ByteSink {
  return length === 0 ? sink : { write: (address, bytes) => sink.write(length + address, bytes) }
}
