import { BitWriter } from './bit-writer.ts'
import type { CodeKind, Distribution, LengthCodes } from './codes.ts'
import { codeKinds, literalLengthCodes, matchLengthCodes } from './codes.ts'
import type { FseEncoder } from './fse-encode.ts'
import {
  costOf,
  fseEncoder,
  lastState,
  normalized,
  previousState,
  singleSymbolEncoder,
  writeDistribution,
} from './fse-encode.ts'
import type { Sequences } from './match-finder.ts'

const USUAL = 0
const SINGLE = 1
const OWN = 2

/** About how many bits a table's description takes for each code. */
const TABLE_COST = 6

/** Writes the sequences sections of a frame's blocks. */
export class SequencesEncoder {
  readonly #kinds = codeKinds()
  readonly #literals = literalLengthCodes()
  readonly #matches = matchLengthCodes()

  /** Writes a sequences section at `at` in `to`; gives where it ends. */
  write(sequences: Sequences, to: Uint8Array, at: number): number {
    const { count, literalLengths, matchLengths, offsets } = sequences
    let out = writeCount(count, to, at)
    if (count === 0) return out
    const codes = [
      codesOf(literalLengths, count, this.#literals),
      offsetCodesOf(offsets, count),
      codesOf(matchLengths, count, this.#matches),
    ]
    const modesAt = out++
    let modes = 0
    const encoders: FseEncoder[] = []
    for (const [i, kind] of this.#kinds.entries()) {
      const chosen = chooseTable(codes[i], kind)
      modes |= chosen.mode << (6 - 2 * i)
      encoders.push(chosen.encoder)
      if (chosen.mode === SINGLE) {
        to[out++] = codes[i][0]
      } else if (chosen.distribution !== undefined) {
        const writer = new BitWriter(to, out)
        writeDistribution(chosen.distribution, writer)
        out = writer.align()
      }
    }
    to[modesAt] = modes
    return this.#writeBits(sequences, codes, encoders, new BitWriter(to, out))
  }

  /** The reader comes from the end, so all is written backwards: the last sequence first. */
  #writeBits(
    { count, literalLengths, matchLengths, offsets }: Sequences,
    [literalCodes, offsetCodes, matchCodes]: Uint8Array[],
    [literalEncoder, offsetEncoder, matchEncoder]: FseEncoder[],
    writer: BitWriter,
  ): number {
    const literals = this.#literals
    const matches = this.#matches
    let literalState = lastState(literalEncoder, literalCodes[count - 1])
    let offsetState = lastState(offsetEncoder, offsetCodes[count - 1])
    let matchState = lastState(matchEncoder, matchCodes[count - 1])
    for (let i = count - 1; i >= 0; i--) {
      const literalCode = literalCodes[i]
      const offsetCode = offsetCodes[i]
      const matchCode = matchCodes[i]
      if (i < count - 1) {
        offsetState = previousState(offsetEncoder, offsetCode, offsetState, writer)
        matchState = previousState(matchEncoder, matchCode, matchState, writer)
        literalState = previousState(literalEncoder, literalCode, literalState, writer)
      }
      writer.write(literalLengths[i] - literals.base[literalCode], literals.bits[literalCode])
      writer.write(matchLengths[i] - matches.base[matchCode], matches.bits[matchCode])
      writer.write(offsets[i], offsetCode)
    }
    writer.write(matchState, matchEncoder.accuracy)
    writer.write(offsetState, offsetEncoder.accuracy)
    writer.write(literalState, literalEncoder.accuracy)
    return writer.close()
  }
}

function writeCount(count: number, to: Uint8Array, at: number): number {
  let out = at
  if (count < 128) {
    to[out++] = count
  } else if (count < 0x7f00) {
    to[out++] = (count >>> 8) + 128
    to[out++] = count
  } else {
    to[out++] = 255
    to[out++] = count - 0x7f00
    to[out++] = (count - 0x7f00) >>> 8
  }
  return out
}

function codesOf(values: Int32Array, count: number, { base, plain }: LengthCodes): Uint8Array {
  const codes = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    let code = Math.min(values[i] - base[0], plain)
    if (code === plain) while (code + 1 < base.length && base[code + 1] <= values[i]) code++
    codes[i] = code
  }
  return codes
}

function offsetCodesOf(offsets: Int32Array, count: number): Uint8Array {
  const codes = new Uint8Array(count)
  for (let i = 0; i < count; i++) codes[i] = 31 - Math.clz32(offsets[i])
  return codes
}

interface Choice {
  mode: number
  encoder: FseEncoder
  /** To be written where the table is the block's own. */
  distribution?: Distribution
}

function chooseTable(codes: Uint8Array, kind: CodeKind): Choice {
  const counts = new Uint32Array(kind.most + 1)
  for (const code of codes) counts[code]++
  if (counts[codes[0]] === codes.length) return { mode: SINGLE, encoder: singleSymbolEncoder(codes[0]) }
  const own = normalized(counts, codes.length, kind.maxAccuracy)
  const usualCost = costOf(counts, kind.usual)
  if (usualCost <= costOf(counts, own) + TABLE_COST * own.counts.length)
    return { mode: USUAL, encoder: fseEncoder(kind.usual) }
  return { mode: OWN, encoder: fseEncoder(own), distribution: own }
}
