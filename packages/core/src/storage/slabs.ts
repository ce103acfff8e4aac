import { LimitError } from '../errors.ts'
import { NO_BYTES } from '../io/span.ts'
import type { ElementSet } from './element-set.ts'
import { wholeSet } from './element-set.ts'
import type { RawDataset } from './raw-data.ts'
import { RawReader, shapeOf } from './raw-data.ts'

/** Consecutive elements of a dataset or of what is selected of it, in the order of the selection. */
export interface Slab {
  /** Number of the first element. */
  first: number
  count: number
  /** In the dataset's own type. They are valid until the next slab is asked for, which is written over them. */
  bytes: Uint8Array
}

/** Bytes of a slab where nothing else is said. */
export const SLAB_BYTES = 4 << 20

/** Chunks of a slab, however small they are: what is gone through is shown piece by piece. */
const MOST_CHUNKS = 1 << 17

/** Bytes of one element at most: what is gone through a few elements at a time has room for one of them. */
const LARGEST_ELEMENT = 1 << 28

/** Goes through elements of a dataset some `budget` bytes at a time; through all where no set is given. */
export function* rawSlabs(
  dataset: RawDataset,
  budget = SLAB_BYTES,
  set: ElementSet = wholeSet(shapeOf(dataset.space)),
  reader = new RawReader(dataset),
): Generator<Slab> {
  let room: Uint8Array = NO_BYTES
  for (const { first, set: piece } of slabSets(dataset, budget, set)) {
    const length = piece.size * dataset.elementSize
    if (room.length < length) room = new Uint8Array(length)
    const bytes = room.length === length ? room : room.subarray(0, length)
    reader.readInto(piece, bytes, true)
    yield { first, count: piece.size, bytes }
  }
}

/** The sets of the slabs: whole rows of chunks where they fit, so that no chunk is needed twice. */
export function slabSets(
  { space, layout, elementSize }: RawDataset,
  budget: number,
  set: ElementSet,
): Iterable<{ first: number; set: ElementSet }> {
  if (elementSize > LARGEST_ELEMENT) throw new LimitError(`elements of ${elementSize} bytes`)
  const most = Math.max(1, Math.floor(budget / elementSize))
  if (layout.kind !== 'chunked') {
    return set.pieces(
      most,
      shapeOf(space).map(() => 1),
    )
  }
  const { dimensions } = layout
  const inChunk = dimensions.reduce((product, size) => product * size, 1)
  return set.pieces(Math.min(most, MOST_CHUNKS * inChunk), dimensions)
}
