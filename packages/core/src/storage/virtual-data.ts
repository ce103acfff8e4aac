import type { ElementSet } from './element-set.ts'
import { PointSet, SpanSet } from './element-set.ts'
import { copyRuns, fillBytes } from './runs.ts'
import type { MappedDataset, Share } from './virtual-map.ts'
import { VirtualMap } from './virtual-map.ts'

/** Another dataset, of which a virtual one has elements. */
export interface VirtualSource {
  readonly shape: readonly number[]
  /** Reads elements in the type of the virtual dataset. */
  read(set: ElementSet, target: Uint8Array): void
}

/** What reading a virtual dataset needs to know of it. */
export interface VirtualDataset extends MappedDataset<VirtualSource> {
  /** In bytes. */
  elementSize: number
  fill: Uint8Array | undefined
}

/** Elements that are looked for in the sources at once. */
const PIECE = 1 << 20

/** Reads elements of a virtual dataset from its sources. */
export class VirtualReader {
  readonly #dataset: VirtualDataset
  readonly #map: VirtualMap<VirtualSource>

  constructor(dataset: VirtualDataset) {
    this.#dataset = dataset
    this.#map = new VirtualMap(dataset)
  }

  /** Reads a set; what no source has is the fill value. */
  read(set: ElementSet, target: Uint8Array): void {
    const { elementSize, fill, shape } = this.#dataset
    fillBytes(target, fill)
    const unit = shape.map(() => 1)
    for (const { first, set: piece } of set.pieces(PIECE, unit)) {
      this.#readPiece(piece, target.subarray(first * elementSize, (first + piece.size) * elementSize))
    }
  }

  #readPiece(set: ElementSet, target: Uint8Array): void {
    if (set instanceof SpanSet) {
      for (const share of this.#map.shares(set.spans)) this.#readShare(share, target)
    } else if (set instanceof PointSet) {
      this.#readPoints(set, target)
    }
  }

  /** Points are read in C order and then brought into theirs. */
  #readPoints(points: PointSet, target: Uint8Array): void {
    const { elementSize, fill } = this.#dataset
    const { spans, numbers } = points.sorted()
    const bytes = new Uint8Array(spans.size * elementSize)
    fillBytes(bytes, fill)
    this.#readPiece(new SpanSet(spans), bytes)
    for (const [i, number] of numbers.entries()) copyRuns(bytes, target, elementSize, number, i, 1, 1, 1, 1)
  }

  #readShare({ source, set, runs }: Share<VirtualSource>, target: Uint8Array): void {
    const { elementSize } = this.#dataset
    const [{ to, length, repeat }] = runs
    if (runs.length === 1 && repeat === 1) {
      source.read(set, target.subarray(to * elementSize, (to + length) * elementSize))
      return
    }
    const bytes = new Uint8Array(set.size * elementSize)
    source.read(set, bytes)
    let from = 0
    for (const { to, length, repeat, step } of runs) {
      copyRuns(bytes, target, elementSize, from, to, length, repeat, length, step)
      from += length * repeat
    }
  }
}
