import type { FileSpace, FreeKind, FreeSection, Space, SpaceUse } from './space.ts'

/** The space of a file whose elements are in a file of their own, with addresses behind all others. */
export class SplitSpace implements Space {
  readonly inPages = false
  readonly #metadata: Space
  readonly #raw: FileSpace
  readonly #start: number

  /**
   * @param metadata of the file with the descriptions
   * @param raw of the other one
   */
  constructor(metadata: Space, raw: FileSpace) {
    this.#metadata = metadata
    this.#raw = raw
    this.#start = raw.end
  }

  get end(): number {
    return this.#metadata.end
  }

  get rawEnd(): number {
    return this.#raw.end
  }

  get free(): readonly FreeSection[] {
    return [...this.#metadata.free, ...this.#raw.free]
  }

  get kinds(): readonly FreeKind[] {
    return this.#metadata.kinds
  }

  allocate(size: number, use: SpaceUse = 'metadata'): number {
    return use === 'raw' ? this.#raw.allocate(size) : this.#metadata.allocate(size, use)
  }

  append(size: number): number {
    return this.#metadata.append(size)
  }

  release(address: number, size: number, use?: SpaceUse): void {
    if (address >= this.#start) this.#raw.release(address, size)
    else this.#metadata.release(address, size, use)
  }

  trim(): void {
    this.#metadata.trim()
    this.#raw.trim()
  }
}
