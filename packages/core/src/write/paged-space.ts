import { WriteError } from '../errors.ts'
import type { FileSpaceInfoV1 } from '../format/messages/file-space-info.ts'
import type { FreeKind, FreeSection, Space, SpaceUse } from './space.ts'
import { checkSize, roundUp } from './space.ts'
import { SpaceRemnants } from './space-remnants.ts'

/** Numbers of free-space managers: for small sections of descriptions and of elements, and for large ones. */
const MANAGERS: Record<SpaceUse, number> = { metadata: 0, raw: 2 }
const LARGE_MANAGER = 6

const SMALL = 1
const LARGE = 2

/**
 * Gives places in pages: what is smaller than a page does not cross from one to the next, descriptions and elements
 * have pages of their own, and what is larger starts a page.
 */
export class PagedSpace implements Space {
  readonly inPages = true
  readonly #page: number
  readonly #leastEnd: number
  /** What is left of pages. */
  readonly #small: Record<SpaceUse, SpaceRemnants> = { metadata: new SpaceRemnants(), raw: new SpaceRemnants() }
  /** Behind what takes more than a page. */
  readonly #large: FreeSection[] = []
  #end = 0

  /**
   * @param head bytes at the start that are taken already
   * @param taken where a file ends that is there already
   */
  constructor(head: number, { pageSize, pageEndMetadataThreshold }: FileSpaceInfoV1, taken = 0) {
    if (pageSize < head) throw new WriteError(`pages of ${pageSize} bytes`)
    this.#page = pageSize
    this.#leastEnd = pageEndMetadataThreshold
    if (taken === 0) this.#newPage(head, 'metadata')
    else this.#end = roundUp(taken, pageSize)
  }

  get end(): number {
    return this.#end
  }

  get rawEnd(): number {
    return this.#end
  }

  get free(): readonly FreeSection[] {
    const { metadata, raw } = this.#small
    return [...metadata.sections, ...raw.sections, ...this.#large].sort((a, b) => a.address - b.address)
  }

  get kinds(): readonly FreeKind[] {
    const { metadata, raw } = this.#small
    return [
      { manager: MANAGERS.metadata, type: SMALL, sections: metadata.sections },
      { manager: MANAGERS.raw, type: SMALL, sections: raw.sections },
      { manager: LARGE_MANAGER, type: LARGE, sections: this.#large.filter(({ size }) => size >= this.#leastEnd) },
    ]
  }

  allocate(size: number, use: SpaceUse = 'metadata'): number {
    checkSize(size)
    if (size >= this.#page) return this.append(size)
    return this.#small[use].take(size) ?? this.#newPage(size, use)
  }

  append(size: number): number {
    checkSize(size)
    if (size < this.#page) return this.#newPage(size, 'metadata')
    const at = this.#end
    this.#end = roundUp(at + size, this.#page)
    if (this.#end > at + size) this.#large.push({ address: at + size, size: this.#end - at - size })
    return at
  }

  release(address: number, size: number, use: SpaceUse = 'metadata'): void {
    const page = this.#page
    if (size <= 0) return
    if (size < page && Math.floor(address / page) === Math.floor((address + size - 1) / page)) {
      this.#small[use].add(address, size)
      return
    }
    // What takes more than a page has the rest of the last one too, which is free already.
    this.#large.push({ address, size })
  }

  trim(): void {
    for (;;) {
      const last = this.#large.findIndex(({ address, size }) => address + size === this.#end)
      if (last < 0 || this.#large[last].address % this.#page !== 0) return
      this.#end = this.#large[last].address
      this.#large.splice(last, 1)
    }
  }

  #newPage(size: number, use: SpaceUse): number {
    const at = this.#end
    this.#end += this.#page
    if (size < this.#page) this.#small[use].add(at + size, this.#page - size)
    return at
  }
}
