import { FilterError } from '../../errors.ts'
import type { DecoderOf } from './decode.ts'
import { decodeChunk } from './decode.ts'
import type { BloscHeader } from './header.ts'
import { HEADER, readHeader, SPECIAL_ZERO } from './header.ts'

/** A contiguous frame of Blosc 2: a header in MessagePack, chunks, and a chunk of their offsets. */
export interface Frame {
  /** Size in bytes of an element. */
  readonly typeSize: number
  /** Size in bytes of all data. */
  readonly plainSize: number
  /** Size in bytes of the data of each chunk but the last. */
  readonly chunkSize: number
  readonly blockSize: number
  readonly chunks: readonly FrameChunk[]
  /** What the layer of that name holds; undefined where the frame has none. */
  layer(name: string): Uint8Array | undefined
}

/** A chunk and its header; the bytes are empty where it consists of one value. */
export interface FrameChunk {
  readonly bytes: Uint8Array
  readonly header: BloscHeader
}

// Offsets of the fields: the header is MessagePack, but all of it has one size up to the layers.
const NAME = 2
const HEADER_SIZE = 11
const FRAME_SIZE = 16
const FRAME_TYPE = 26
const PLAIN_SIZE = 30
const STORED_SIZE = 39
const TYPE_SIZE = 48
const BLOCK_SIZE = 53
const CHUNK_SIZE = 58
const LAYERS = 87

const CONTIGUOUS = 0
/** A chunk of HDF5 is one chunk of Blosc; no writer makes more than a few of it. */
const MOST_CHUNKS = 1 << 16

/** Reads a frame's header and where its chunks are; their data are not decoded. */
export function readFrame(bytes: Uint8Array, decoderOf: DecoderOf): Frame {
  if (bytes.length < LAYERS || String.fromCharCode(...bytes.subarray(NAME, NAME + 8)) !== 'b2frame\0')
    throw new FilterError('blosc2: not a frame')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headerSize = view.getUint32(HEADER_SIZE)
  const frameSize = long(view, FRAME_SIZE)
  const plainSize = long(view, PLAIN_SIZE)
  const storedSize = long(view, STORED_SIZE)
  const chunkSize = view.getUint32(CHUNK_SIZE)
  const typeSize = view.getUint32(TYPE_SIZE)
  const blockSize = view.getUint32(BLOCK_SIZE)
  if (bytes[FRAME_TYPE] !== CONTIGUOUS) throw new FilterError('blosc2: a frame in several files')
  if (headerSize < LAYERS || frameSize > bytes.length || headerSize + storedSize > frameSize)
    throw new FilterError('blosc2: the frame is cut off')
  if (typeSize === 0) throw new FilterError('blosc2: elements of no size')
  const count = plainSize === 0 ? 0 : Math.ceil(plainSize / chunkSize)
  if (count > MOST_CHUNKS) throw new FilterError(`blosc2: a frame of ${count} chunks`)
  const offsets = count === 0 ? [] : readOffsets(bytes.subarray(headerSize + storedSize, frameSize), count, decoderOf)
  const chunks = offsets.map(({ low, high }, i): FrameChunk => {
    const size = Math.min(chunkSize, plainSize - i * chunkSize)
    // An offset with the upper bit set is none: it tells what the whole chunk is made of.
    if (high >= 2 ** 31) return specialChunk((high >>> 24) & 7, size, typeSize, blockSize)
    const start = headerSize + low + high * 2 ** 32
    if (start > headerSize + storedSize - HEADER) throw new FilterError('blosc2: a chunk outside of the frame')
    const chunk = bytes.subarray(start, headerSize + storedSize)
    const header = readHeader(chunk)
    if (header.plainSize !== size) throw new FilterError(`blosc2: a chunk of ${header.plainSize} bytes, not ${size}`)
    return { bytes: chunk, header }
  })
  return {
    typeSize,
    plainSize,
    chunkSize,
    blockSize,
    chunks,
    layer: (name) => findLayer(bytes, view, headerSize, name),
  }
}

function long(view: DataView, at: number): number {
  return view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4)
}

function readOffsets(bytes: Uint8Array, count: number, decoderOf: DecoderOf): { low: number; high: number }[] {
  const header = readHeader(bytes)
  if (header.plainSize !== 8 * count) throw new FilterError('blosc2: not as many offsets as chunks')
  const plain = new Uint8Array(8 * count)
  decodeChunk(bytes, header, plain, decoderOf)
  const view = new DataView(plain.buffer)
  return Array.from({ length: count }, (_, i) => ({
    low: view.getUint32(8 * i, true),
    high: view.getUint32(8 * i + 4, true),
  }))
}

function specialChunk(bits: number, plainSize: number, typeSize: number, blockSize: number): FrameChunk {
  // One bit each for zeros, NaN and what was never set.
  const special = [0, SPECIAL_ZERO, 2, 0, 4][bits] ?? 0
  if (special === 0) throw new FilterError(`blosc2: no special value ${bits}`)
  const header: BloscHeader = {
    version: 5,
    format: 0,
    copied: false,
    whole: true,
    typeSize,
    plainSize,
    blockSize: blockSize === 0 ? plainSize : Math.min(blockSize, plainSize),
    chunkSize: 0,
    headerSize: 0,
    filters: [],
    filterParameters: [],
    special,
  }
  return { bytes: new Uint8Array(0), header }
}

/** Looks a layer up in the map of names and offsets that follows the header's fields. */
function findLayer(bytes: Uint8Array, view: DataView, headerSize: number, name: string): Uint8Array | undefined {
  // An array of three, a 16-bit size, a map of 16-bit length.
  const map = LAYERS + 4
  if (headerSize < map + 3) return undefined
  if (bytes[map] !== 0xde) throw new FilterError('blosc2: no map of layers')
  let at = map + 3
  for (let left = view.getUint16(map + 1); left > 0; left--) {
    if (at >= headerSize) throw new FilterError('blosc2: the map of layers is cut off')
    const length = bytes[at] & 0x1f
    const key = String.fromCharCode(...bytes.subarray(at + 1, at + 1 + length))
    at += 1 + length
    if (at + 5 > headerSize) throw new FilterError('blosc2: the map of layers is cut off')
    const offset = view.getUint32(at + 1)
    at += 5
    if (key !== name) continue
    // A byte of type and four of size.
    if (offset + 5 > headerSize) throw new FilterError('blosc2: a layer outside of the header')
    const size = view.getUint32(offset + 1)
    if (offset + 5 + size > headerSize) throw new FilterError('blosc2: a layer outside of the header')
    return bytes.subarray(offset + 5, offset + 5 + size)
  }
  return undefined
}
