import { FilterError } from '../../errors.ts'
import type { DecoderOf } from './decode.ts'
import { decodeBlocks } from './decode.ts'
import type { Frame } from './frame.ts'

/** How an array is cut: into chunks, and these into blocks, each of which is stored in one piece. */
interface Grid {
  /** All three have one number for each dimension, in elements. */
  readonly shape: readonly number[]
  readonly chunkShape: readonly number[]
  readonly blockShape: readonly number[]
}

const MOST_DIMENSIONS = 32

/** Reads the layer that tells the grid: MessagePack, an array of version, rank and three arrays. */
export function readGrid(layer: Uint8Array): Grid {
  const view = new DataView(layer.buffer, layer.byteOffset, layer.byteLength)
  const rank = layer.length > 2 ? layer[2] : 0
  if (rank === 0 || rank > MOST_DIMENSIONS) throw new FilterError(`blosc2: ${rank} dimensions`)
  let at = 3
  const dimensions = (size: number): number[] => {
    // The head of the array, then a byte of type before each number.
    const end = at + 1 + (rank > 15 ? 2 : 0) + rank * (1 + size)
    if (end > layer.length) throw new FilterError('blosc2: the shapes are cut off')
    const numbers: number[] = []
    for (let last = end - rank * (1 + size); last < end; last += 1 + size) {
      const high = size === 8 ? view.getUint32(last + 1) : 0
      numbers.push(high * 2 ** 32 + view.getUint32(last + 1 + size - 4))
    }
    at = end
    return numbers
  }
  const grid = { shape: dimensions(8), chunkShape: dimensions(4), blockShape: dimensions(4) }
  for (let i = 0; i < rank; i++) {
    if (grid.chunkShape[i] === 0 || grid.blockShape[i] === 0 || grid.blockShape[i] > grid.chunkShape[i])
      throw new FilterError('blosc2: blocks that are no part of a chunk')
  }
  return grid
}

const product = (numbers: readonly number[]): number => numbers.reduce((all, number) => all * number, 1)

/** Puts the blocks of an array in their places: C order, without the padding of blocks that reach over an edge. */
export function decodeArray(frame: Frame, grid: Grid, limit: number, decoderOf: DecoderOf): Uint8Array {
  const { shape, chunkShape, blockShape } = grid
  const { typeSize } = frame
  const total = product(shape) * typeSize
  // No larger than the array, except where that is cut: so the number of blocks is bounded as well.
  if (total > limit || product(chunkShape) * typeSize > limit)
    throw new FilterError(`blosc2: more than ${limit} bytes come out`)
  const plain = new Uint8Array(total)
  const chunkGrid = shape.map((size, i) => Math.ceil(size / chunkShape[i]))
  const blockGrid = chunkShape.map((size, i) => Math.ceil(size / blockShape[i]))
  const blockSize = product(blockShape) * typeSize
  if (frame.chunks.length !== product(chunkGrid))
    throw new FilterError(`blosc2: ${frame.chunks.length} chunks, not ${product(chunkGrid)}`)
  const block = new Uint8Array(blockSize)
  for (const [number, { bytes, header }] of frame.chunks.entries()) {
    if (header.plainSize !== product(blockGrid) * blockSize || header.blockSize !== blockSize)
      throw new FilterError('blosc2: a chunk that is not made of the blocks announced')
    const chunkStart = placeOf(number, chunkGrid).map((place, i) => place * chunkShape[i])
    const sink = {
      target: () => block,
      done(index: number): void {
        const inChunk = placeOf(index, blockGrid).map((place, i) => place * blockShape[i])
        const start = chunkStart.map((place, i) => place + inChunk[i])
        const extent = start.map((place, i) => Math.min(blockShape[i], chunkShape[i] - inChunk[i], shape[i] - place))
        if (extent.every((size) => size > 0)) copyBlock(block, blockShape, plain, shape, start, extent, typeSize)
      },
    }
    decodeBlocks(bytes, header, sink, decoderOf)
  }
  return plain
}

/** The place of the element `index` in C order. */
function placeOf(index: number, shape: readonly number[]): number[] {
  const place = new Array<number>(shape.length)
  let rest = index
  for (let i = shape.length - 1; i >= 0; i--) {
    place[i] = rest % shape[i]
    rest = Math.floor(rest / shape[i])
  }
  return place
}

/** Copies the first `extent` elements of each dimension of a block to `start` in an array. */
function copyBlock(
  block: Uint8Array,
  blockShape: readonly number[],
  to: Uint8Array,
  shape: readonly number[],
  start: readonly number[],
  extent: readonly number[],
  typeSize: number,
): void {
  const rank = shape.length
  const row = extent[rank - 1] * typeSize
  const rows = product(extent.slice(0, -1))
  const place = new Array<number>(rank).fill(0)
  for (let count = 0; count < rows; count++) {
    let from = 0
    let target = 0
    for (let i = 0; i < rank; i++) {
      from = from * blockShape[i] + place[i]
      target = target * shape[i] + start[i] + place[i]
    }
    to.set(block.subarray(from * typeSize, from * typeSize + row), target * typeSize)
    for (let i = rank - 2; i >= 0; i--) {
      if (++place[i] < extent[i]) break
      place[i] = 0
    }
  }
}
