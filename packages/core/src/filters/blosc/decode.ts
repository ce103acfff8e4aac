import { FilterError } from '../../errors.ts'
import { bitUnshuffle } from '../bitshuffle/bit-transpose.ts'
import { copyMatch } from '../copy.ts'
import { unshuffleInto } from '../shuffle.ts'
import type { Decode, Format } from './codecs.ts'
import { FORMATS } from './codecs.ts'
import type { BloscHeader } from './header.ts'
import {
  BIT_SHUFFLE,
  BLOSC1,
  DELTA,
  NO_FILTER,
  SHUFFLE,
  SPECIAL_NAN,
  SPECIAL_UNINITIALIZED,
  SPECIAL_VALUE,
  SPECIAL_ZERO,
  TRUNCATE,
} from './header.ts'

/** Blosc 1 splits blocks of elements no larger than this into streams, ... */
const MOST_STREAMS = 16
/** ... if each has so many bytes. */
const LEAST_STREAM = 128

/** Where the blocks of a chunk go. */
export interface BlockSink {
  /** Gives the array that block `index` is to fill: `length` bytes that stand at `start` of the chunk. */
  target(index: number, start: number, length: number): Uint8Array
  /** Tells that it is filled; the array may be given again. */
  done?(index: number): void
}

/** Gives the decoder of streams of a format. */
export type DecoderOf = (format: Format) => Decode

/** Decodes a chunk of Blosc 1 or 2 into one array of the header's `plainSize`. */
export function decodeChunk(bytes: Uint8Array, header: BloscHeader, to: Uint8Array, decoderOf: DecoderOf): void {
  // One value is written in one go, however small the blocks are said to be.
  const seen = header.special === 0 ? header : { ...header, blockSize: header.plainSize }
  decodeBlocks(bytes, seen, { target: (_index, start, length) => to.subarray(start, start + length) }, decoderOf)
}

/** Decodes a chunk of Blosc 1 or 2 block by block. */
export function decodeBlocks(bytes: Uint8Array, header: BloscHeader, sink: BlockSink, decoderOf: DecoderOf): void {
  const { plainSize, blockSize } = header
  const decode = blockDecoder(bytes, header, decoderOf)
  for (let start = 0, index = 0; start < plainSize; start += blockSize, index++) {
    const target = sink.target(index, start, Math.min(blockSize, plainSize - start))
    decode(index, target)
    sink.done?.(index)
  }
}

function blockDecoder(
  bytes: Uint8Array,
  header: BloscHeader,
  decoderOf: DecoderOf,
): (index: number, target: Uint8Array) => void {
  const { headerSize, chunkSize, plainSize, blockSize } = header
  if (header.special !== 0) {
    const value = specialValue(bytes, header)
    if (plainSize % value.length !== 0)
      throw new FilterError(`blosc: ${plainSize} bytes are not made of values of ${value.length}`)
    return (index, target) => repeat(value, (index * blockSize) % value.length, target)
  }
  if (header.copied) {
    if (chunkSize !== plainSize + headerSize) throw new FilterError('blosc: a stored chunk of the wrong size')
    return (index, target) => {
      const at = headerSize + index * blockSize
      target.set(bytes.subarray(at, at + target.length))
    }
  }
  const format = FORMATS[header.format]
  if (format === undefined) throw new FilterError(`blosc: no codec ${header.format}`)
  if (4 * Math.ceil(plainSize / blockSize) > chunkSize - headerSize)
    throw new FilterError('blosc: the starts of the blocks are cut off')
  const view = new DataView(bytes.buffer, bytes.byteOffset, chunkSize)
  const decode = decoderOf(format)
  const filters = activeFilters(header)
  const scratch = filters.map(() => new Uint8Array(blockSize))
  const delta = filters.some(({ id }) => id === DELTA)
  let first: Uint8Array | undefined
  return (index, target) => {
    const streams = filters.length === 0 ? target : scratch[0].subarray(0, target.length)
    decodeStreams(bytes, view, view.getUint32(headerSize + 4 * index, true), header, decode, streams)
    undoFilters(streams, target, header, filters, scratch, first)
    if (delta) first ??= target.slice()
  }
}

/** Decodes the streams of one block, each after its size; they fill `to`. */
function decodeStreams(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  header: BloscHeader,
  decode: Decode,
  to: Uint8Array,
): void {
  const count = streamCount(header, to.length)
  const size = to.length / count
  if (!Number.isInteger(size)) throw new FilterError('blosc: a block of streams of different sizes')
  let at = start
  for (let out = 0; out < to.length; out += size) {
    if (at + 4 > view.byteLength) throw new FilterError('blosc: a stream is missing')
    const stored = view.getInt32(at, true)
    at += 4
    const target = to.subarray(out, out + size)
    if (stored <= 0 && header.version > BLOSC1) {
      // Zero stands for zeros; less for a run of another byte, of which a token follows.
      if (stored < -255) throw new FilterError('blosc: a run of no byte')
      if (stored < 0 && (at >= view.byteLength || (bytes[at++] & 1) === 0)) throw new FilterError('blosc: no such run')
      target.fill(-stored)
      continue
    }
    if (stored < 0 || stored > view.byteLength - at) throw new FilterError('blosc: a stream is cut off')
    const stream = bytes.subarray(at, at + stored)
    if (stored === size) target.set(stream)
    else if (decode(stream, target) !== size) throw new FilterError('blosc: a stream is too short')
    at += stored
  }
}

function streamCount({ version, whole, typeSize, blockSize }: BloscHeader, length: number): number {
  if (whole || length < blockSize) return 1
  // Blosc 1 did not always have the flag that tells, and follows its rule in any case.
  const split = version > BLOSC1 || (typeSize <= MOST_STREAMS && Math.floor(blockSize / typeSize) >= LEAST_STREAM)
  return split ? typeSize : 1
}

/** A filter to be undone, and its parameter. */
interface ActiveFilter {
  id: number
  parameter: number
}

/** The filters that have something to undo, the last first. */
function activeFilters({ filters, filterParameters, typeSize }: BloscHeader): ActiveFilter[] {
  return filters
    .map((id, i) => ({ id, parameter: filterParameters[i] || typeSize }))
    .filter(({ id, parameter }) => id !== NO_FILTER && id !== TRUNCATE && (id !== SHUFFLE || parameter > 1))
    .reverse()
}

/**
 * Undoes the filters of one block.
 *
 * @param reference the chunk's first block, undefined while that itself is at work
 */
function undoFilters(
  streams: Uint8Array,
  target: Uint8Array,
  header: BloscHeader,
  filters: readonly ActiveFilter[],
  scratch: readonly Uint8Array[],
  reference: Uint8Array | undefined,
): void {
  let from = streams
  for (const [i, { id, parameter }] of filters.entries()) {
    const last = i === filters.length - 1
    const to = last ? target : scratch[i + 1].subarray(0, target.length)
    if (id === SHUFFLE) {
      unshuffleInto(from, to, parameter, Math.floor(from.length / parameter))
    } else if (id === BIT_SHUFFLE) {
      bitUnshuffleBlock(from, to, header)
    } else if (id === DELTA) {
      to.set(from)
      undoDelta(to, header.typeSize, reference)
    } else {
      throw new FilterError(`blosc: no filter ${id}`)
    }
    from = to
  }
}

function bitUnshuffleBlock(from: Uint8Array, to: Uint8Array, { typeSize, version }: BloscHeader): void {
  const count = Math.floor(from.length / typeSize)
  // Blosc 1 leaves a block as it is that is not made of whole groups of eight elements.
  const whole = version <= BLOSC1 && count % 8 !== 0 ? 0 : count - (count % 8)
  bitUnshuffle(from, 0, to, 0, whole, typeSize)
  to.set(from.subarray(whole * typeSize), whole * typeSize)
}

/** Each element was combined with that of the chunk's first block, and there with the one before it. */
function undoDelta(block: Uint8Array, typeSize: number, reference: Uint8Array | undefined): void {
  const size = [1, 2, 4, 8].includes(typeSize) ? typeSize : typeSize % 8 === 0 ? 8 : 1
  const end = block.length - (block.length % size)
  if (reference === undefined) for (let i = size; i < end; i++) block[i] ^= block[i - size]
  else for (let i = 0; i < end; i++) block[i] ^= reference[i]
}

/** The value of which a chunk without data is made. */
function specialValue(bytes: Uint8Array, { special, headerSize, chunkSize, typeSize }: BloscHeader): Uint8Array {
  if (special === SPECIAL_ZERO || special === SPECIAL_UNINITIALIZED) return Uint8Array.of(0)
  if (special === SPECIAL_VALUE && chunkSize > headerSize) return bytes.subarray(headerSize, chunkSize)
  // A quiet NaN.
  if (special === SPECIAL_NAN && typeSize === 4) return Uint8Array.of(0, 0, 0xc0, 0x7f)
  if (special === SPECIAL_NAN && typeSize === 8) return Uint8Array.of(0, 0, 0, 0, 0, 0, 0xf8, 0x7f)
  throw new FilterError(`blosc: no special value ${special} of ${typeSize} bytes`)
}

/** Fills `to` with one value, again and again, from its byte `phase` on. */
function repeat(value: Uint8Array, phase: number, to: Uint8Array): void {
  const count = Math.min(value.length, to.length)
  for (let i = 0; i < count; i++) to[i] = value[(phase + i) % value.length]
  copyMatch(to, count, count, to.length - count)
}
