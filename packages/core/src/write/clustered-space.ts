import type { FreeKind, FreeSection, Space, SpaceUse } from './space.ts'
import { checkSize, type FileSpace } from './space.ts'

/** Bytes of blocks: the least, and the most, between which they grow with what was written so far. */
export interface BlockSizes {
  least: number
  most: number
  /** A description that takes more than one in so many parts of a block is too large for it. */
  parts: number
}

/** Of new files, of which little is to stay unused. */
const NEW: BlockSizes = { least: 1 << 10, most: 1 << 16, parts: 4 }

/** Of what is added to a file, as the library begins it. */
export const ADDED: BlockSizes = { least: 1 << 11, most: 1 << 16, parts: 1 }

/** What was written so far is so many times what a block has room for: more of the file does not stay unused. */
const SHARE = 32

/**
 * The space of a file in which descriptions are written between elements: they get their places out of blocks, so
 * that they are read together.
 */
export class ClusteredSpace implements Space {
  readonly inPages = false
  readonly #space: FileSpace
  readonly #sizes: BlockSizes
  /** What is left of the block. */
  #at = 0
  #left = 0
  #used = 0
  #closed = false

  /** @param space where blocks are, and elements */
  constructor(space: FileSpace, sizes = NEW) {
    this.#space = space
    this.#sizes = sizes
  }

  get end(): number {
    return this.#space.end
  }

  get rawEnd(): number {
    return this.#space.rawEnd
  }

  get free(): readonly FreeSection[] {
    return this.#space.free
  }

  get kinds(): readonly FreeKind[] {
    return this.#space.kinds
  }

  allocate(size: number, use: SpaceUse = 'metadata'): number {
    checkSize(size)
    if (use === 'raw' || this.#closed || size >= this.#sizes.most) return this.#space.allocate(size)
    if (this.#left < size) {
      // What would take much of a block leaves what is left of this one to smaller descriptions.
      this.#cutEnd()
      if (size * this.#sizes.parts > this.#nextBlock()) return this.#space.allocate(size)
      this.#begin()
    }
    const at = this.#at
    this.#at += size
    this.#left -= size
    this.#used += size
    return at
  }

  append(size: number): number {
    return this.#space.append(size)
  }

  release(address: number, size: number): void {
    this.#space.release(address, size)
  }

  /** Puts descriptions into blocks again, the first of which is before whatever comes now. */
  open(): void {
    this.#closed = false
    this.#begin()
  }

  /** Gives up what is left of the block: what comes now is put anywhere. */
  close(): void {
    this.#closed = true
    this.#giveBack()
  }

  trim(): void {
    this.close()
    this.#space.trim()
  }

  #nextBlock(): number {
    const { least, most } = this.#sizes
    return Math.min(most, Math.max(least, Math.floor(this.#used / SHARE)))
  }

  #begin(): void {
    const block = this.#nextBlock()
    this.#giveBack()
    this.#at = this.#space.allocate(block)
    this.#left = block
  }

  /** Nothing is left of a block behind which there is nothing: what comes now follows at once. */
  #cutEnd(): void {
    if (this.#at + this.#left !== this.#space.end) return
    this.#giveBack()
    this.#space.trim()
  }

  #giveBack(): void {
    this.#space.release(this.#at, this.#left)
    this.#left = 0
  }
}
