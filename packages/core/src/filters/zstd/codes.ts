/** A code of a length: its smallest value, and how many bits follow it to tell which one it is. */
export interface LengthCodes {
  readonly base: Int32Array
  readonly bits: Uint8Array
  /** So many codes stand for one value each. */
  readonly plain: number
}

/** Codes 0 to 35 of the number of literals of a sequence (RFC 8878, 3.1.1.3.2.1.1). */
export function literalLengthCodes(): LengthCodes {
  return lengthCodes(0, 16, [1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])
}

/** Codes 0 to 52 of the length of a match. */
export function matchLengthCodes(): LengthCodes {
  return lengthCodes(3, 32, [1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])
}

function lengthCodes(first: number, plain: number, bits: number[]): LengthCodes {
  const codes = { base: new Int32Array(plain + bits.length), bits: new Uint8Array(plain + bits.length), plain }
  let base = first
  for (let code = 0; code < plain + bits.length; code++) {
    codes.base[code] = base
    codes.bits[code] = code < plain ? 0 : bits[code - plain]
    base += 1 << codes.bits[code]
  }
  return codes
}

/** How often each code is expected, of 2 to the power of `accuracy`; -1 stands for less than once. */
export interface Distribution {
  readonly counts: readonly number[]
  readonly accuracy: number
}

/** One of the three kinds of codes of which sequences are made. */
export interface CodeKind {
  readonly name: string
  readonly most: number
  readonly maxAccuracy: number
  readonly usual: Distribution
}

/** The three in the order in which a block has their tables: literal lengths, offsets, match lengths. */
export function codeKinds(): CodeKind[] {
  const run = (value: number, count: number): number[] => new Array<number>(count).fill(value)
  const literals = [4, 3, ...run(2, 11), ...run(1, 3), ...run(2, 9), 3, 2, ...run(1, 5), ...run(-1, 4)]
  const offsets = [...run(1, 6), ...run(2, 3), ...run(1, 15), ...run(-1, 5)]
  const matches = [1, 4, 3, ...run(2, 6), ...run(1, 37), ...run(-1, 7)]
  return [
    { name: 'literal lengths', most: 35, maxAccuracy: 9, usual: { counts: literals, accuracy: 6 } },
    { name: 'offsets', most: 31, maxAccuracy: 8, usual: { counts: offsets, accuracy: 5 } },
    { name: 'match lengths', most: 52, maxAccuracy: 9, usual: { counts: matches, accuracy: 6 } },
  ]
}

export const MAGIC = 0xfd2fb528
/** Most bytes of a block, compressed or not. */
export const MAX_BLOCK = 1 << 17
/** The first repeated distances of a frame. */
export const FIRST_DISTANCES: readonly number[] = [1, 4, 8]
/** Most bits of a Huffman code of literals. */
export const MAX_CODE_BITS = 11
