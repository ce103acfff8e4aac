import { WriteError } from '../errors.ts'

/** Bytes of a chunk that h5py aims at: for a dataset of a megabyte, at least, and at most. */
const BASE = 16 << 10
const LEAST = 8 << 10
const MOST = 1 << 20

/** What an axis without elements is taken for: it will grow. */
const GROWING = 1024

/**
 * The chunk shape that h5py chooses: halved along one axis after the other, until a chunk has about as many bytes as
 * suit the size of the whole.
 *
 * @param shape of the dataset, in elements
 * @param elementSize in bytes
 */
export function autoChunks(shape: readonly number[], elementSize: number): number[] {
  if (shape.length === 0) throw new WriteError('a scalar dataset has no chunks')
  const chunks = shape.map((size) => (size === 0 ? GROWING : size))
  const bytes = (): number => chunks.reduce((product, size) => product * size, elementSize)
  const wanted = Math.min(MOST, Math.max(LEAST, BASE * 2 ** Math.log10(bytes() / (1 << 20))))
  for (let turn = 0; ; turn++) {
    const size = bytes()
    const near = size < wanted || Math.abs(size - wanted) / wanted < 0.5
    if ((near && size < MOST) || size === elementSize) return chunks
    const axis = turn % chunks.length
    chunks[axis] = Math.ceil(chunks[axis] / 2)
  }
}
