import { FormatError, LimitError } from '../errors.ts'
import type { HyperslabDimension, Selection } from '../format/dataspace-selection.ts'
import { unlimitedAxis } from '../format/dataspace-selection.ts'
import type { VirtualMapping } from '../format/virtual-mapping.ts'
import { virtualMappings } from '../format/virtual-mapping.ts'
import type { ElementSet } from './element-set.ts'
import { PointSet, SpanSet, storedSet } from './element-set.ts'
import { copyRuns, eachCommon, fillBytes } from './runs.ts'
import type { Spans } from './spans.ts'
import { ListedSpans, numbered, RegularSpans } from './spans.ts'
import { slicesWithin, sourceName } from './virtual-shape.ts'

/** Another dataset, of which a virtual one has elements. */
export interface VirtualSource {
  readonly shape: readonly number[]
  /** Reads elements in the type of the virtual dataset. */
  read(set: ElementSet, target: Uint8Array): void
}

/** What reading a virtual dataset needs to know of it. */
export interface VirtualDataset {
  mappings: readonly VirtualMapping[]
  /** Sources that there are of each mapping with numbered sources. */
  blocks: readonly number[]
  shape: readonly number[]
  /** In bytes. */
  elementSize: number
  fill: Uint8Array | undefined
  /** Opens a source; undefined where it is missing. */
  open(file: string, dataset: string): VirtualSource | undefined
}

/** Elements that are looked for in the sources at once. */
const PIECE = 1 << 20

/** Blocks that a mapping may have where the last of them is cut. */
const MOST_BLOCKS = 1 << 24

/** Sources that are kept open. */
const OPEN_SOURCES = 64

/** A mapping to one source. */
interface Part {
  virtual: Places
  file: string
  dataset: string
  source: (shape: readonly number[]) => SpanSet | PointSet
}

/** Elements that a mapping has. */
interface Places {
  spans: Spans
  /** How many source elements there must be: points may be named twice. */
  size: number
  /** For each element of the spans the number that it has in the mapping; undefined where they are in the same order. */
  order?: readonly number[]
}

/** Reads elements of a virtual dataset from its sources. */
export class VirtualReader {
  readonly #dataset: VirtualDataset
  readonly #sources = new Map<string, VirtualSource | undefined>()
  /** What the mappings of points have. */
  readonly #points = new Map<number, Places>()

  constructor(dataset: VirtualDataset) {
    this.#dataset = dataset
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
      for (const mapping of this.#dataset.mappings.keys()) {
        for (const part of this.#parts(mapping)) this.#readPart(part, set.spans, target)
      }
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

  /** The sources of a mapping with what they are mapped to. Later mappings hide earlier ones. */
  *#parts(number: number): Generator<Part> {
    const { mappings, blocks, shape } = this.#dataset
    const { file, dataset, source, virtual } = mappings[number]
    const axis = unlimitedAxis(virtual)
    if (axis === undefined) {
      yield {
        virtual: this.#places(number, virtual, shape),
        file: sourceName(file),
        dataset: sourceName(dataset),
        source: (sourceShape) => setOf(source, sourceShape),
      }
      return
    }
    const sourceAxis = unlimitedAxis(source)
    if (sourceAxis !== undefined) {
      const slices = slicesWithin(dimensionsOf(virtual)[axis], shape[axis])
      const names = { file: sourceName(file), dataset: sourceName(dataset) }
      const opened = this.#source(names.file, names.dataset)
      if (opened === undefined) return
      const there = slicesWithin(dimensionsOf(source)[sourceAxis], opened.shape[sourceAxis] ?? 0)
      const both = Math.min(slices, there)
      if (both === 0) return
      yield {
        virtual: inOrder(clipped(dimensionsOf(virtual), axis, both)),
        ...names,
        source: () => new SpanSet(clipped(dimensionsOf(source), sourceAxis, both)),
      }
      return
    }
    for (let block = 0; block < blocks[number]; block++) {
      const dimensions = dimensionsOf(virtual).map((slab, i) =>
        i === axis ? { ...slab, start: slab.start + block * slab.stride, count: 1 } : slab,
      )
      yield {
        virtual: inOrder(regular(dimensions)),
        file: sourceName(file, block),
        dataset: sourceName(dataset, block),
        source: (sourceShape) => setOf(source, sourceShape),
      }
    }
  }

  #places(number: number, virtual: Selection, shape: readonly number[]): Places {
    if (virtual.kind === 'hyperslab') return inOrder(regular(virtual.dimensions))
    let places = this.#points.get(number)
    if (places === undefined) {
      // All but the whole of it may reach beyond what is there now.
      const endless = shape.map(() => Number.POSITIVE_INFINITY)
      const set = setOf(virtual, virtual.kind === 'blocks' || virtual.kind === 'points' ? endless : shape)
      places = set instanceof PointSet ? inOrderOfPoints(set) : inOrder(set.spans)
      if (set instanceof PointSet) this.#points.set(number, places)
    }
    return places
  }

  #readPart(part: Part, wanted: Spans, target: Uint8Array): void {
    const { elementSize } = this.#dataset
    const ranges: number[] = []
    const runs: { to: number; length: number; repeat: number; step: number }[] = []
    eachCommon(part.virtual.spans, wanted, (from, to, length, repeat, fromStep, step) => {
      runs.push({ to, length, repeat, step })
      for (let i = 0; i < repeat; i++) addRange(ranges, from + i * fromStep, length)
    })
    if (runs.length === 0) return
    const source = this.#source(part.file, part.dataset)
    if (source === undefined) return
    const all = part.source(source.shape)
    if (all.size !== part.virtual.size) {
      throw new FormatError(`${part.virtual.size} elements are mapped to ${all.size} of "${part.dataset}"`, {
        structure: virtualMappings.name,
      })
    }
    if (all instanceof PointSet || part.virtual.order !== undefined) {
      this.#readOneByOne(part.virtual, wanted, target, all, source)
      return
    }
    const whole = ranges.length === 2 && ranges[1] - ranges[0] === all.size
    const set = whole ? all : new SpanSet(numbered(all.spans, ranges))
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

  /** Elements of a mapping of points, in the order that they have in there. */
  #readOneByOne(
    { spans, order }: Places,
    wanted: Spans,
    target: Uint8Array,
    all: SpanSet | PointSet,
    source: VirtualSource,
  ): void {
    const { elementSize } = this.#dataset
    const found: { number: number; to: number }[] = []
    eachCommon(spans, wanted, (from, to, length, repeat, fromStep, toStep) => {
      for (let row = 0; row < repeat; row++) {
        for (let i = 0; i < length; i++) {
          const number = from + row * fromStep + i
          found.push({ number: order?.[number] ?? number, to: to + row * toStep + i })
        }
      }
    })
    found.sort((a, b) => a.number - b.number)
    const ranges: number[] = []
    for (const { number } of found) addRange(ranges, number, 1)
    const set =
      all instanceof PointSet ? all.picked(found.map(({ number }) => number)) : new SpanSet(numbered(all.spans, ranges))
    const bytes = new Uint8Array(set.size * elementSize)
    source.read(set, bytes)
    for (const [i, { to }] of found.entries()) copyRuns(bytes, target, elementSize, i, to, 1, 1, 1, 1)
  }

  #source(file: string, dataset: string): VirtualSource | undefined {
    const key = `${file}\0${dataset}`
    if (this.#sources.has(key)) return this.#sources.get(key)
    const source = this.#dataset.open(file, dataset)
    if (this.#sources.size >= OPEN_SOURCES)
      for (const oldest of this.#sources.keys()) if (this.#sources.delete(oldest)) break
    this.#sources.set(key, source)
    return source
  }
}

/** Adds a range of numbers behind those that are there. */
function addRange(ranges: number[], start: number, length: number): void {
  if (ranges.length > 0 && ranges[ranges.length - 1] === start) ranges[ranges.length - 1] = start + length
  else ranges.push(start, start + length)
}

function setOf(selection: Selection, shape: readonly number[]): SpanSet | PointSet {
  const set = storedSet(selection, shape)
  if (set instanceof SpanSet || set instanceof PointSet) return set
  throw new FormatError(`a mapping of ${selection.kind}`, { structure: virtualMappings.name })
}

function inOrder(spans: Spans): Places {
  return { spans, size: spans.size }
}

/** Of a point that is named twice, the later one is read. */
function inOrderOfPoints(points: PointSet): Places {
  const { spans, numbers } = points.sorted()
  const order = new Array<number>(spans.size)
  for (const [i, number] of numbers.entries()) order[number] = i
  return { spans, size: points.size, order }
}

function dimensionsOf(selection: Selection): readonly HyperslabDimension[] {
  if (selection.kind !== 'hyperslab') throw new FormatError('no hyperslab', { structure: virtualMappings.name })
  return selection.dimensions
}

function regular(dimensions: readonly HyperslabDimension[]): Spans {
  return clipped(dimensions, -1, 0)
}

/** A hyperslab of which only so many coordinates are taken along one axis, which may have no end. */
function clipped(dimensions: readonly HyperslabDimension[], clippedAxis: number, slices: number): Spans {
  let spans: Spans | undefined
  for (let axis = dimensions.length - 1; axis >= 0; axis--) {
    const { start, stride, count, block } = dimensions[axis]
    if (axis !== clippedAxis) spans = new RegularSpans(start, stride, count, block, spans)
    else if (block < 0 || block === stride) spans = new RegularSpans(start, stride, 1, slices, spans)
    else spans = someSlices(dimensions[axis], slices, spans)
  }
  if (spans === undefined) throw new FormatError('a hyperslab without dimensions', { structure: virtualMappings.name })
  return spans
}

/** Blocks, the last of which may be cut. */
function someSlices({ start, stride, block }: HyperslabDimension, slices: number, below: Spans | undefined): Spans {
  const whole = Math.floor(slices / block)
  const rest = slices - whole * block
  if (rest === 0) return new RegularSpans(start, stride, whole, block, below)
  if (whole > MOST_BLOCKS) throw new LimitError(`a virtual mapping of ${whole} blocks`)
  const low = Array.from({ length: whole + 1 }, (_, i) => start + i * stride)
  const high = low.map((from, i) => from + (i < whole ? block : rest))
  return new ListedSpans(low, high, below === undefined ? [] : [below])
}
