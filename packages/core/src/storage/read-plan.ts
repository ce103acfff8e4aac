import type { ChunkedLayout } from '../format/messages/data-layout.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { ChunkEntry, ChunkIndex } from './chunk-index.ts'
import type { ElementSet } from './element-set.ts'
import type { RunVisitor } from './runs.ts'

/** One chunk that a read needs: where it is stored, and what of it goes where in the result. */
export interface ChunkRead {
  /** Undefined where the chunk was never written: its elements have the fill value. */
  entry: ChunkEntry | undefined
  /** Visits the elements that are wanted, numbered in the chunk and in the result. */
  runs(visit: RunVisitor): void
}

/** The chunks that hold a set of elements, each once, in the order of the grid of chunks. */
export function* planRead(layout: ChunkedLayout, index: ChunkIndex, set: ElementSet): Generator<ChunkRead> {
  for (const { scaled, runs } of set.cells(layout.dimensions)) {
    const entry = index.find(scaled)
    yield { entry: entry?.address === UNDEFINED ? undefined : entry, runs }
  }
}
