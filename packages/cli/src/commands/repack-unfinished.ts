import type { FurtherRow, LinkCounts, ObjectLink, ObjectRow } from './repack-table.ts'

/** An object that is come back to when all are written. */
export interface Unfinished {
  row: ObjectRow
  /** Hard links that lead to it. */
  count: number
  /** All but the first of them, as they are met. */
  further: ObjectLink[]
}

/** Objects that are come back to: to which more than one link leads, or that refer to others. */
export class UnfinishedObjects {
  readonly #counts: LinkCounts | undefined
  /** By address, in the order in which they were met. */
  readonly #objects = new Map<number, Unfinished>()

  /** @param counts of hard links; where they are not given, object headers tell */
  constructor(counts: LinkCounts | undefined) {
    this.#counts = counts
  }

  [Symbol.iterator](): Iterator<Unfinished> {
    return this.#objects.values()
  }

  /** Takes note of an object at the first link to it. */
  met(row: ObjectRow, { referenceCount }: { referenceCount: number }): void {
    const count = this.#counts === undefined ? referenceCount : (this.#counts.get(row.address) ?? 1)
    if (count !== 1) this.#add(row, count)
  }

  /** Whether more than one link was counted that lead to an object. */
  isCounted(address: number): boolean {
    return this.#counts?.has(address) === true
  }

  /** Takes note of a further link to an object; whether it was to be expected. */
  linked({ address, path, group, link }: FurtherRow): boolean {
    const object = this.#objects.get(address)
    object?.further.push({ path, group, link })
    return object !== undefined
  }

  /** Has an object come back to, whatever leads to it. */
  leave(row: ObjectRow): void {
    if (!this.#objects.has(row.address)) this.#add(row, 1)
  }

  /** How many links lead to an object that was met. */
  links(address: number): number {
    return this.#objects.get(address)?.count ?? 1
  }

  /** Whether as many links were met as are counted. Object headers of committed datatypes count what uses them too. */
  get areCounted(): boolean {
    for (const { row, count, further } of this) {
      if (count !== 1 + further.length && row.kind !== 'datatype') return false
    }
    return true
  }

  #add({ kind, path, address, group, link }: ObjectRow, count: number): void {
    // A row may hold an object that is open, of which there may be many.
    this.#objects.set(address, { row: { kind, path, address, group, link }, count, further: [] })
  }
}
