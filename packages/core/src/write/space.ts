import { WriteError } from '../errors.ts'

/** A part of the file that nothing uses. */
export interface FreeSection {
  address: number
  /** In bytes. */
  size: number
}

/** How H5Pset_alignment places what is large. */
export interface Alignment {
  /** In bytes: what is smaller is put anywhere. */
  threshold: number
  /** Addresses of the rest are multiples of this. */
  alignment: number
}

/** Gives addresses to what is written: in free space where that is large enough, else at the end of the file. */
export class FileSpace {
  readonly #alignment: Alignment
  /** By address; no two touch. */
  readonly #free: FreeSection[] = []
  #end: number

  /**
   * @param end where the file ends now
   */
  constructor(end: number, alignment: Alignment = { threshold: 1, alignment: 1 }) {
    this.#end = end
    this.#alignment = alignment
  }

  /** Address behind everything that was given a place. */
  get end(): number {
    return this.#end
  }

  /** What is free below the end, by address. */
  get free(): readonly FreeSection[] {
    return this.#free
  }

  /** Gives `size` bytes a place. */
  allocate(size: number): number {
    if (!Number.isSafeInteger(size) || size <= 0) throw new WriteError(`a place for ${size} bytes`)
    const alignment = size >= this.#alignment.threshold ? this.#alignment.alignment : 1
    for (let i = 0; i < this.#free.length; i++) {
      const { address, size: room } = this.#free[i]
      const at = roundUp(address, alignment)
      if (at + size > address + room) continue
      this.#free.splice(i, 1, ...pieces(address, at, at + size, address + room))
      return at
    }
    const at = roundUp(this.#end, alignment)
    const gap = { address: this.#end, size: at - this.#end }
    this.#end = at + size
    if (gap.size > 0) this.#insert(gap)
    return at
  }

  /** Takes bytes back that nothing uses any more. */
  release(address: number, size: number): void {
    if (size > 0) this.#insert({ address, size })
  }

  #insert(section: FreeSection): void {
    const free = this.#free
    let low = 0
    let high = free.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (free[middle].address < section.address) low = middle + 1
      else high = middle
    }
    const before = free[low - 1]
    const after = free[low]
    const end = section.address + section.size
    const overlaps = (before !== undefined && before.address + before.size > section.address) || after?.address < end
    if (overlaps || end > this.#end) throw new WriteError(`bytes ${section.address} to ${end} were free already`)
    const joinsBefore = before !== undefined && before.address + before.size === section.address
    const joinsAfter = after?.address === end
    const address = joinsBefore ? before.address : section.address
    const size = (joinsAfter ? after.address + after.size : end) - address
    const first = joinsBefore ? low - 1 : low
    free.splice(first, (joinsBefore ? 1 : 0) + (joinsAfter ? 1 : 0), { address, size })
  }
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit
}

/** What is left of a free section on both sides of what was taken. */
function pieces(start: number, from: number, to: number, end: number): FreeSection[] {
  const left: FreeSection[] = []
  if (from > start) left.push({ address: start, size: from - start })
  if (end > to) left.push({ address: to, size: end - to })
  return left
}
