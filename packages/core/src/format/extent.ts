import { FormatError } from '../errors.ts'

/** Bytes of a file that one structure takes, or raw data. */
export interface Extent {
  /** The structure's name in the specification. */
  structure: string
  /** From the base address. */
  address: number
  /** Bytes that are allocated for it; it may use fewer. */
  length: number
}

/** The structures of a walk, each of which may come once only: a damaged one could lead into itself for ever. */
export class OnceOnly {
  /** Most walks meet one structure, and need no set. */
  #first: number | undefined
  #others: Set<number> | undefined

  /** Raises a FormatError where the structure at an address was met before. */
  enter(structure: string, address: number): void {
    if (this.#first === undefined) {
      this.#first = address
      return
    }
    this.#others ??= new Set()
    if (this.#first === address || this.#others.has(address))
      throw new FormatError('a part of the structure that comes twice', { structure, address })
    this.#others.add(address)
  }
}
