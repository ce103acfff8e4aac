import type { FreeKind, FreeSection, Space, SpaceUse } from './space.ts'
import { checkSize, type FileSpace } from './space.ts'

/** Bytes of blocks: the least, and the most, between which they grow with what was written so far. */
const LEAST = 1 << 10
const MOST = 1 << 16

/** What was written so far is so many times what a block has room for: more of the file does not stay unused. */
const SHARE = 32

/** A description that takes more than one in so many parts of a block is too large for it, where blocks grow. */
const PARTS = 4

/**
 * The space of a new file in which descriptions are written between elements: they get their places out of blocks, so
 * that they are read together.
 */
export class ClusteredSpace implements Space {
  readonly inPages = false
  readonly #space: FileSpace
  readonly #least: number
  readonly #most: number
  readonly #parts: number
  /** What is left of the block. */
  #at = 0
  #left = 0
  #used = 0
  #closed = false

  /**
   * @param space where blocks are, and elements
   * @param block bytes of all blocks, where they are not to grow
   */
  constructor(space: FileSpace, block?: number) {
    this.#space = space
    this.#least = block ?? LEAST
    this.#most = block ?? MOST
    this.#parts = block === undefined ? PARTS : 1
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
    if (use === 'raw' || this.#closed || size >= this.#most) return this.#space.allocate(size)
    if (this.#left < size) {
      // What would take much of a block leaves what is left of this one to smaller descriptions.
      if (size * this.#parts > this.#nextBlock()) return this.#space.allocate(size)
      this.#open()
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

  /** Gives up what is left of the block: what comes now is put anywhere. */
  trim(): void {
    this.#closed = true
    this.#giveBack()
    this.#space.trim()
  }

  #nextBlock(): number {
    return Math.min(this.#most, Math.max(this.#least, Math.floor(this.#used / SHARE)))
  }

  #open(): void {
    const block = this.#nextBlock()
    this.#giveBack()
    this.#at = this.#space.allocate(block)
    this.#left = block
  }

  #giveBack(): void {
    this.#space.release(this.#at, this.#left)
    this.#left = 0
  }
}
