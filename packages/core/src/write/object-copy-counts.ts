import type { DraftWriter } from './draft-writer.ts'
import type { ExistingObject, LinkedObject, ObjectDraft } from './drafts.ts'
import type { Emitter } from './emitter.ts'
import type { GlobalHeapBuilder } from './global-heap-builder.ts'
import type { Versions } from './version-bounds.ts'

/** Where copies go. */
export interface CopyTarget {
  readonly emitter: Emitter
  /** The least versions of what is written. */
  readonly versions: Versions
  /** Where variable-length data goes. */
  readonly heap: Pick<GlobalHeapBuilder, 'add'>
  /** Writes each copy once that has all that it leads to. Without it, copies stay drafts. */
  readonly drafts?: DraftWriter | undefined
}

/** Writes copies as soon as they are complete, and counts the links to them meanwhile. */
export class CountedCopies {
  /** Of objects that are written: how many links more lead to them than they say. */
  readonly miscounted = new Map<ExistingObject, number>()
  readonly #drafts: DraftWriter
  /** Links to objects that are not written yet. */
  readonly #links = new Map<ObjectDraft, number>()

  constructor(drafts: DraftWriter) {
    this.#drafts = drafts
  }

  /** Gives an object its place, unless it has one. */
  reserve(object: ObjectDraft, length: () => number): void {
    if (!this.#drafts.isReserved(object)) this.#drafts.reserve(object, length())
  }

  /** One more link leads to an object. */
  count(object: LinkedObject): void {
    if (object.kind === 'existing') this.#correct(object, 1)
    else this.#links.set(object, (this.#links.get(object) ?? 0) + 1)
  }

  /**
   * Writes an object that has all that it is to have.
   *
   * @param expected links that will lead to it in the end, most likely
   */
  write(object: ObjectDraft, expected: number): ExistingObject {
    const links = this.#links.get(object) ?? 0
    this.#links.delete(object)
    const told = Math.max(1, links, expected)
    const written: ExistingObject = { kind: 'existing', address: this.#drafts.writeAlone(object, told) }
    this.#correct(written, links - told)
    return written
  }

  #correct(object: ExistingObject, change: number): void {
    const difference = (this.miscounted.get(object) ?? 0) + change
    if (difference === 0) this.miscounted.delete(object)
    else this.miscounted.set(object, difference)
  }
}
