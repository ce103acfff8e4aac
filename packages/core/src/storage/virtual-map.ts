import { FormatError, LimitError } from '../errors.ts'
import type { HyperslabDimension, Selection } from '../format/dataspace-selection.ts'
import { unlimitedAxis } from '../format/dataspace-selection.ts'
import type { VirtualMapping } from '../format/virtual-mapping.ts'
import { virtualMappings } from '../format/virtual-mapping.ts'
import { PointSet, SpanSet, storedSet } from './element-set.ts'
import { eachCommon } from './runs.ts'
import type { Spans } from './spans.ts'
import { ListedSpans, numbered, RegularSpans } from './spans.ts'
import { slicesWithin, sourceName } from './virtual-shape.ts'

/** What has to be known of a virtual dataset to find its elements. */
export interface MappedDataset<Source> {
  mappings: readonly VirtualMapping[]
  /** Sources that there are of each mapping with numbered sources. */
  blocks: readonly number[]
  shape: readonly number[]
  /** Opens a source; undefined where it is missing. */
  open(file: string, dataset: string): Source | undefined
}

/** Elements with numbers from `to` on: `length` of them, `repeat` times, at distances of `step`. */
export interface Run {
  to: number
  length: number
  repeat: number
  step: number
}

/** Elements that a source has. */
export interface Share<Source> {
  source: Source
  set: SpanSet | PointSet
  /** The numbers that the elements of the set have in what is looked for, in its order. */
  runs: readonly Run[]
}

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

/** Finds the elements of a virtual dataset in its sources. */
export class VirtualMap<Source extends { readonly shape: readonly number[] }> {
  readonly #dataset: MappedDataset<Source>
  readonly #sources = new Map<string, Source | undefined>()
  /** What the mappings of points have. */
  readonly #points = new Map<number, Places>()

  constructor(dataset: MappedDataset<Source>) {
    this.#dataset = dataset
  }

  /** What the sources that there are have of a selection; what comes later hides what came before. */
  *shares(wanted: Spans): Generator<Share<Source>> {
    for (const mapping of this.#dataset.mappings.keys()) {
      for (const part of this.#parts(mapping)) {
        const share = this.#share(part, wanted)
        if (share !== undefined) yield share
      }
    }
  }

  /** The sources of a mapping with what they are mapped to. */
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

  #share(part: Part, wanted: Spans): Share<Source> | undefined {
    const ranges: number[] = []
    const runs: Run[] = []
    eachCommon(part.virtual.spans, wanted, (from, to, length, repeat, fromStep, step) => {
      runs.push({ to, length, repeat, step })
      for (let i = 0; i < repeat; i++) addRange(ranges, from + i * fromStep, length)
    })
    if (runs.length === 0) return undefined
    const source = this.#source(part.file, part.dataset)
    if (source === undefined) return undefined
    const all = part.source(source.shape)
    if (all.size !== part.virtual.size) {
      throw new FormatError(`${part.virtual.size} elements are mapped to ${all.size} of "${part.dataset}"`, {
        structure: virtualMappings.name,
      })
    }
    if (all instanceof PointSet || part.virtual.order !== undefined)
      return { source, ...oneByOne(part.virtual, wanted, all) }
    const whole = ranges.length === 2 && ranges[1] - ranges[0] === all.size
    return { source, set: whole ? all : new SpanSet(numbered(all.spans, ranges)), runs }
  }

  #source(file: string, dataset: string): Source | undefined {
    const key = `${file}\0${dataset}`
    if (this.#sources.has(key)) return this.#sources.get(key)
    const source = this.#dataset.open(file, dataset)
    if (this.#sources.size >= OPEN_SOURCES)
      for (const oldest of this.#sources.keys()) if (this.#sources.delete(oldest)) break
    this.#sources.set(key, source)
    return source
  }
}

/** Elements of a mapping of points, in the order that they have in there. */
function oneByOne(
  { spans, order }: Places,
  wanted: Spans,
  all: SpanSet | PointSet,
): Pick<Share<never>, 'set' | 'runs'> {
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
  return {
    set:
      all instanceof PointSet
        ? all.picked(found.map(({ number }) => number))
        : new SpanSet(numbered(all.spans, ranges)),
    runs: found.map(({ to }) => ({ to, length: 1, repeat: 1, step: 1 })),
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

/** Of a point that is named twice, the later one counts. */
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
