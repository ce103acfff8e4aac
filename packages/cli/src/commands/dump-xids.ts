import type { File, H5Object } from '@h5kit/core'

/** The largest address, and the one below it: with that, made-up addresses begin. */
const LARGEST = (1n << 64n) - 2n

/**
 * Identifiers of objects in XML, which are made of addresses. They are told apart within one run, in which several
 * files can be dumped.
 */
export class ObjectXids {
  #madeUp = LARGEST
  #repetitions = 0

  of({ file, address }: H5Object): string {
    return `xid_${file.fullAddress(address)}`
  }

  /** For what has no address: counted down from the largest one that the file has room for. */
  makeUp(file: File): string {
    return `xid_${BigInt.asUintN(8 * file.superblock.sizes.offsets, this.#madeUp--)}`
  }

  /** The number of a repeated appearance of an object. */
  repetition(): number {
    return ++this.#repetitions
  }
}
