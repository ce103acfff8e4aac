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

/** What a place is for: descriptions, or elements with what they refer to. Files in pages keep them apart. */
export type SpaceUse = 'metadata' | 'raw'

/** Free sections that one free-space manager is to keep. */
export interface FreeKind {
  /** Its number among those that the file has, see FileSpaceInfoV1. */
  manager: number
  /** As a section list has it. */
  type: number
  sections: readonly FreeSection[]
}

/** Gives addresses to what is written. */
export interface Space {
  /** Whether the file is divided into pages, none of which is to be for one small thing alone. */
  readonly inPages: boolean
  /** Address behind everything that was given a place. */
  readonly end: number
  /** The same of elements, which may be in a file of their own. */
  readonly rawEnd: number
  /** What is free below the end, by address. */
  readonly free: readonly FreeSection[]
  /** What is free as free-space managers keep it. */
  readonly kinds: readonly FreeKind[]
  /** Gives `size` bytes a place. */
  allocate(size: number, use?: SpaceUse): number
  /** Gives `size` bytes a place behind everything else. */
  append(size: number): number
  /** Takes bytes back that nothing uses any more. */
  release(address: number, size: number, use?: SpaceUse): void
  /** Gives up what is free at the end. */
  trim(): void
}

/** Gives places in free space where that is large enough, else at the end of the file. */
export class FileSpace implements Space {
  readonly inPages = false
  readonly #alignment: Alignment
  /** By address; no two touch. */
  readonly #free: FreeSection[] = []
  /** No free section has more bytes: what is larger need not look for one. */
  #mostFree = 0
  #end: number

  /**
   * @param end where the file ends now
   */
  constructor(end: number, alignment: Alignment = { threshold: 1, alignment: 1 }) {
    this.#end = end
    this.#alignment = alignment
  }

  get end(): number {
    return this.#end
  }

  get rawEnd(): number {
    return this.#end
  }

  get free(): readonly FreeSection[] {
    return this.#free
  }

  get kinds(): readonly FreeKind[] {
    return [{ manager: 0, type: 0, sections: this.#free }]
  }

  allocate(size: number): number {
    checkSize(size)
    const alignment = size >= this.#alignment.threshold ? this.#alignment.alignment : 1
    const found = size <= this.#mostFree ? this.#take(size, alignment) : undefined
    if (found !== undefined) return found
    const at = roundUp(this.#end, alignment)
    const gap = { address: this.#end, size: at - this.#end }
    this.#end = at + size
    if (gap.size > 0) this.#insert(gap)
    return at
  }

  /** A place in the first free section that has room. */
  #take(size: number, alignment: number): number | undefined {
    let most = 0
    for (let i = 0; i < this.#free.length; i++) {
      const { address, size: room } = this.#free[i]
      most = Math.max(most, room)
      const at = roundUp(address, alignment)
      if (at + size > address + room) continue
      this.#free.splice(i, 1, ...pieces(address, at, at + size, address + room))
      return at
    }
    this.#mostFree = most
    return undefined
  }

  append(size: number): number {
    checkSize(size)
    const at = this.#end
    this.#end += size
    return at
  }

  release(address: number, size: number): void {
    if (size > 0) this.#insert({ address, size })
  }

  trim(): void {
    const last = this.#free[this.#free.length - 1]
    if (last === undefined || last.address + last.size < this.#end) return
    this.#free.pop()
    this.#end = last.address
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
    this.#mostFree = Math.max(this.#mostFree, size)
    free.splice(first, (joinsBefore ? 1 : 0) + (joinsAfter ? 1 : 0), { address, size })
  }
}

export function checkSize(size: number): void {
  if (!Number.isSafeInteger(size) || size <= 0) throw new WriteError(`a place for ${size} bytes`)
}

export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit
}

/** What is left of a free section on both sides of what was taken. */
function pieces(start: number, from: number, to: number, end: number): FreeSection[] {
  const left: FreeSection[] = []
  if (from > start) left.push({ address: start, size: from - start })
  if (end > to) left.push({ address: to, size: end - to })
  return left
}
