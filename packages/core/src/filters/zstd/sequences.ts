import { copyBytes } from '../../io/span.ts'
import { copyFew, copyMatch, REACH, repeatWords, viewOf } from '../copy.ts'
import { backwardLength } from './backward-bits.ts'
import { broken } from './broken.ts'
import type { CodeKind } from './codes.ts'
import { codeKinds, FIRST_DISTANCES, literalLengthCodes, matchLengthCodes } from './codes.ts'
import type { FseTable } from './fse-table.ts'
import { fseTable, readDistribution, singleSymbolTable } from './fse-table.ts'

/** The literals of a block, from zero to `length`, with room to spare after them. */
export interface Literals {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly length: number
}

const USUAL = 0
const SINGLE = 1
const OWN = 2

/** So many bits a word gives, wherever in a byte they begin. */
const MOST_BITS = 25
/** Farther than any data that an array holds. */
const MOST_OFFSET_BITS = 30

/** Carries out the sequences of blocks: tables and repeated distances of a block serve the next. */
export class SequencesDecoder {
  /** Of literal lengths, offsets and match lengths. */
  #tables: (FseTable | undefined)[] = []
  readonly #usual: (FseTable | undefined)[] = []
  readonly #kinds = codeKinds()
  readonly #literalCodes = literalLengthCodes()
  readonly #matchCodes = matchLengthCodes()
  readonly #distances = new Int32Array(3)

  /** To be called at the start of a frame. */
  reset(): void {
    this.#tables = []
    this.#distances.set(FIRST_DISTANCES)
  }

  /**
   * Reads a sequences section (RFC 8878, 3.1.1.3.2) and writes the block.
   *
   * @param view over `input`, which has a few bytes to spare after the last
   * @param first where the frame's data begin in `to`
   * @param begin where the block's do
   * @returns where they end
   */
  run(
    input: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    literals: Literals,
    to: Uint8Array,
    first: number,
    begin: number,
  ): number {
    if (start >= end) broken('a sequences section is missing')
    let at = start
    let count = input[at++]
    if (count >= 128) {
      if (end - at < (count === 255 ? 2 : 1)) broken('a sequences section is cut off')
      if (count === 255) count = input[at++] + (input[at++] << 8) + 0x7f00
      else count = ((count - 128) << 8) + input[at++]
    }
    if (count === 0) {
      if (at !== end) broken('a block is too long')
      return copyLast(literals, 0, to, begin)
    }
    if (at >= end) broken('a sequences section is cut off')
    const modes = input[at++]
    for (const [i, kind] of this.#kinds.entries()) {
      at = this.#readTable(input, at, end, i, (modes >>> (6 - 2 * i)) & 3, kind)
    }
    return this.#execute(input, view, at, end, count, literals, to, first, begin)
  }

  #readTable(input: Uint8Array, start: number, end: number, index: number, mode: number, kind: CodeKind): number {
    if (mode === USUAL) {
      this.#usual[index] ??= fseTable(kind.usual)
      this.#tables[index] = this.#usual[index]
    } else if (mode === SINGLE) {
      if (start >= end || input[start] > kind.most) broken(`no such code of ${kind.name}`)
      this.#tables[index] = singleSymbolTable(input[start])
      return start + 1
    } else if (mode === OWN) {
      const read = readDistribution(input, start, end, kind.most, kind.maxAccuracy)
      this.#tables[index] = fseTable(read.distribution)
      return read.end
    } else if (this.#tables[index] === undefined) {
      broken(`no table of ${kind.name} to use again`)
    }
    return start
  }

  #execute(
    input: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    count: number,
    literals: Literals,
    to: Uint8Array,
    first: number,
    begin: number,
  ): number {
    const [literalTable, offsetTable, matchTable] = this.#tables
    if (literalTable === undefined || offsetTable === undefined || matchTable === undefined)
      return broken('a table is missing')
    const literalEntries = literalTable.entries
    const offsetEntries = offsetTable.entries
    const matchEntries = matchTable.entries
    const { base: literalBase, bits: literalBits } = this.#literalCodes
    const { base: matchBase, bits: matchBits } = this.#matchCodes
    let [distance0, distance1, distance2] = this.#distances
    const { bytes: literalBytes, view: literalView, length } = literals
    const target = viewOf(to)
    // Up to here words can be copied without a look at where they end.
    const wideOut = to.length - REACH
    let out = begin
    let literal = 0
    // `bit` is how many bits are left: the next to read are those below it.
    let bit = backwardLength(input, start, end)
    bit -= literalTable.accuracy
    let literalState = bitsAt(view, start, bit, literalTable.accuracy)
    bit -= offsetTable.accuracy
    let offsetState = bitsAt(view, start, bit, offsetTable.accuracy)
    bit -= matchTable.accuracy
    let matchState = bitsAt(view, start, bit, matchTable.accuracy)
    for (let left = count; left > 0; left--) {
      const literalEntry = literalEntries[literalState]
      const offsetEntry = offsetEntries[offsetState]
      const matchEntry = matchEntries[matchState]

      const offsetCode = offsetEntry & 0xff
      let offset = 1 << offsetCode
      bit -= offsetCode
      if (offsetCode <= MOST_BITS) {
        offset += bitsAt(view, start, bit, offsetCode)
      } else {
        if (offsetCode > MOST_OFFSET_BITS) broken('a match starts before the data')
        offset += (bitsAt(view, start, bit + 16, offsetCode - 16) << 16) + bitsAt(view, start, bit, 16)
      }
      const matchCode = matchEntry & 0xff
      let matchLength = matchBase[matchCode]
      const matchWidth = matchBits[matchCode]
      if (matchWidth > 0) {
        bit -= matchWidth
        matchLength += bitsAt(view, start, bit, matchWidth)
      }
      const literalCode = literalEntry & 0xff
      let literalLength = literalBase[literalCode]
      const literalWidth = literalBits[literalCode]
      if (literalWidth > 0) {
        bit -= literalWidth
        literalLength += bitsAt(view, start, bit, literalWidth)
      }

      let distance = distance0
      if (offset > 3) {
        distance = offset - 3
        distance2 = distance1
        distance1 = distance0
        distance0 = distance
      } else {
        const choice = literalLength === 0 ? offset : offset - 1
        if (choice > 0) {
          distance = choice === 1 ? distance1 : choice === 2 ? distance2 : distance0 - 1
          if (choice > 1) distance2 = distance1
          distance1 = distance0
          distance0 = distance
        }
      }

      if (left > 1) {
        // The first two are at most 18 bits together, so that they can be had at once.
        const literalMove = (literalEntry >>> 8) & 0xff
        const matchMove = (matchEntry >>> 8) & 0xff
        const offsetMove = (offsetEntry >>> 8) & 0xff
        bit -= literalMove + matchMove
        const word = bitsAt(view, start, bit, literalMove + matchMove)
        matchState = (matchEntry >>> 16) + (word & ((1 << matchMove) - 1))
        literalState = (literalEntry >>> 16) + (word >>> matchMove)
        bit -= offsetMove
        offsetState = (offsetEntry >>> 16) + bitsAt(view, start, bit, offsetMove)
      }

      if (literalLength > length - literal) broken('more literals are wanted than there are')
      if (literalLength <= 16 && out <= wideOut) {
        copyFew(literalView, literal, target, out, literalLength)
      } else {
        if (literalLength > to.length - out) broken(`more than ${to.length} bytes come out`)
        copyBytes(literalBytes, literal, literal + literalLength, to, out)
      }
      literal += literalLength
      out += literalLength
      if (distance <= 0 || distance > out - first) broken('a match starts before the data')
      if (distance >= 4 && matchLength <= 64 && out + matchLength <= wideOut) {
        repeatWords(target, out, distance, matchLength)
      } else {
        if (matchLength > to.length - out) broken(`more than ${to.length} bytes come out`)
        copyMatch(to, out, distance, matchLength)
      }
      out += matchLength
    }
    if (bit !== 0) broken('a sequences section is too long')
    this.#distances[0] = distance0
    this.#distances[1] = distance1
    this.#distances[2] = distance2
    return copyLast(literals, literal, to, out)
  }
}

/** The `width` bits of the stream that follow bit `bit` upwards. */
function bitsAt(view: DataView, start: number, bit: number, width: number): number {
  if (bit < 0) broken('a sequences section is cut off')
  return (view.getUint32(start + (bit >> 3), true) >>> (bit & 7)) & ((1 << width) - 1)
}

/** Writes the literals after the last sequence. */
function copyLast({ bytes, length }: Literals, start: number, to: Uint8Array, out: number): number {
  if (length - start > to.length - out) broken(`more than ${to.length} bytes come out`)
  copyBytes(bytes, start, length, to, out)
  return out + length - start
}
