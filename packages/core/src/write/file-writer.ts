import { superblockStructure } from '../format/superblock.ts'
import { symbolTableEntry } from '../format/symbol-table-node.ts'
import type { ByteSink } from '../io/byte-sink.ts'
import { measure } from '../io/measure.ts'
import type { Sizes } from '../io/structure.ts'
import type { GroupDraft, ObjectDraft } from './drafts.ts'
import { Emitter } from './emitter.ts'
import { GlobalHeapBuilder } from './global-heap-builder.ts'
import type { HeaderPlace } from './header-packer.ts'
import { headerLength, packHeader } from './header-packer.ts'
import type { ObjectContext } from './object-writer.ts'
import { objectHeader } from './object-writer.ts'
import type { Alignment } from './space.ts'
import { FileSpace } from './space.ts'
import type { LibraryVersion, Versions } from './version-bounds.ts'
import { versionsFor } from './version-bounds.ts'

/** How a new file is written. */
export interface FileOptions {
  /** The oldest release that has to understand it. Default 'earliest'. */
  bound?: LibraryVersion
  alignment?: Alignment
  sizes?: Sizes
}

const CONSTANTS = { groupLeafK: 4, groupInternalK: 16, chunkK: 32 }

/** Takes nothing: for finding out how long something will be. */
const NOWHERE: ByteSink = { write() {} }

/**
 * Writes a new file: raw data as it comes, then the objects, children before parents, and the superblock last, so
 * that before that there is no file.
 */
export class FileWriter {
  readonly emitter: Emitter
  readonly versions: Versions
  /** Where variable-length data goes. */
  readonly heap: GlobalHeapBuilder
  readonly #sizes: Sizes
  readonly #written = new Map<ObjectDraft, number>()
  /** Objects that are being written, and those of them that something below already points to. */
  readonly #open = new Map<ObjectDraft, HeaderPlace | undefined>()
  #references = new Map<ObjectDraft, number>()

  constructor(sink: ByteSink, options: FileOptions = {}) {
    const { bound = 'earliest', alignment, sizes = { offsets: 8, lengths: 8 } } = options
    this.versions = versionsFor(bound)
    this.#sizes = sizes
    const head = measure(superblockStructure, this.#superblock(0, 0), sizes, sizes)
    this.emitter = new Emitter(sizes, new FileSpace(head, alignment), sink)
    this.heap = new GlobalHeapBuilder(this.emitter)
  }

  /** Writes all that can be reached from the root group, and the superblock. */
  finish(root: GroupDraft): void {
    this.heap.finish()
    this.#references = countLinks(root)
    const rootAddress = this.#write(root)
    const superblock = this.#superblock(rootAddress, this.emitter.space.end)
    this.emitter.put(0, superblockStructure, superblock, this.#sizes)
  }

  #superblock(rootAddress: number, endOfFile: number) {
    return {
      ...superblockStructure.blank(this.#sizes),
      version: this.versions.superblock,
      endOfFile,
      rootAddress,
      rootEntry: { ...symbolTableEntry.blank(), headerAddress: rootAddress },
    }
  }

  #write(object: ObjectDraft): number {
    this.#open.set(object, undefined)
    const header = objectHeader(
      this.#context(this.emitter, (linked) => this.#addressOf(linked)),
      object,
    )
    const address = packHeader(this.emitter, header, this.#open.get(object))
    this.#open.delete(object)
    this.#written.set(object, address)
    return address
  }

  #addressOf(object: ObjectDraft): number {
    const address = this.#written.get(object)
    if (address !== undefined) return address
    if (!this.#open.has(object)) return this.#write(object)
    // A group that leads back to one around it: the outer one gets its place before it is written.
    const place = this.#open.get(object) ?? this.#reserve(object)
    this.#open.set(object, place)
    return place.address
  }

  #reserve(object: ObjectDraft): HeaderPlace {
    const trial = new Emitter(this.#sizes, new FileSpace(0), NOWHERE)
    const length = headerLength(
      trial,
      objectHeader(
        this.#context(trial, () => 0),
        object,
      ),
    )
    return { address: this.emitter.space.allocate(length), length }
  }

  #context(emitter: Emitter, addressOf: ObjectContext['addressOf']): ObjectContext {
    return {
      emitter,
      versions: this.versions,
      constants: CONSTANTS,
      addressOf,
      referenceCount: (object) => this.#references.get(object) ?? 1,
    }
  }
}

/** Hard links to each object; the root group has one by itself. */
function countLinks(root: GroupDraft): Map<ObjectDraft, number> {
  const counts = new Map<ObjectDraft, number>([[root, 1]])
  const groups = [root]
  for (let group = groups.pop(); group !== undefined; group = groups.pop()) {
    for (const target of group.links.values()) {
      if (target.kind !== 'hard') continue
      const count = counts.get(target.object) ?? 0
      counts.set(target.object, count + 1)
      if (count === 0 && target.object.kind === 'group') groups.push(target.object)
    }
  }
  return counts
}
