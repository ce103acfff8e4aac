import type { Dataset, Dataspace, FilterStep } from '@h5kit/core'
import { UNDEFINED } from '@h5kit/core'
import {
  SZIP_ALLOW_K13,
  SZIP_CHIP,
  SZIP_ENTROPY,
  SZIP_LSB,
  SZIP_MSB,
  SZIP_NEAREST_NEIGHBOUR,
  SZIP_RAW,
} from '../dump/szip-options.ts'
import type { XmlWriter } from './writer.ts'

/** Shape and largest shape. */
export function writeDataspace(writer: XmlWriter, level: number, space: Dataspace): void {
  writer.element(level, 'Dataspace', () => {
    if (space.kind === 'scalar') writer.tag(level + 1, 'ScalarDataspace /')
    else if (space.kind === 'null') writer.comment(level + 1, 'unknown dataspace')
    else simple(writer, level + 1, space)
  })
}

/** H5S_UNLIMITED needs no number; a largest size of nothing counts as the size. */
function simple(writer: XmlWriter, level: number, { dimensions, maximum }: Dataspace): void {
  const contents = (): void => {
    for (const [axis, size] of dimensions.entries()) {
      const most = maximum?.[axis] ?? size
      const text = most === UNDEFINED ? 'UNLIMITED' : most === 0 ? size : most
      writer.tag(level + 1, `Dimension  DimSize="${size}" MaxDimSize="${text}"/`)
    }
  }
  writer.element(level, 'SimpleDataspace', contents, ` Ndims="${dimensions.length}"`)
}

/** Where the elements are; nothing is said of virtual datasets. */
export function writeStorageLayout(writer: XmlWriter, level: number, { layout, filters }: Dataset): void {
  if (layout.kind === 'virtual') return
  writer.element(level, 'StorageLayout', () => {
    if (layout.kind === 'contiguous') writer.tag(level + 1, 'ContiguousLayout/')
    else if (layout.kind === 'compact') writer.tag(level + 1, 'CompactLayout/')
    else chunked(writer, level + 1, layout.dimensions, filters)
  })
}

function chunked(
  writer: XmlWriter,
  level: number,
  dimensions: readonly number[],
  filters: readonly FilterStep[],
): void {
  const contents = (): void => {
    for (const size of dimensions) writer.tag(level + 1, `ChunkDimension DimSize="${size}" /`)
    writer.element(level + 1, 'RequiredFilter', () => {
      for (const filter of asRead(filters)) {
        const tag = filterTag(filter)
        if (tag !== undefined) writer.tag(level + 3, tag)
      }
    })
  }
  writer.element(level, 'ChunkedLayout', contents, ` Ndims="${dimensions.length}"`)
}

/** Values of the first filter that the reference takes notice of. */
const MOST_PARAMETERS = 20

/** What the reference knows of a filter. */
interface FilterAsRead {
  id: number
  /** How many values the filter has. */
  count: number
  /** Those that the reference looks at. */
  values: number[]
}

/**
 * The reference makes room for as many values of a filter as the one before it has: what does not fit, it takes from
 * the filters before.
 */
function* asRead(filters: readonly FilterStep[]): Generator<FilterAsRead> {
  let values = [0, 0]
  let room = MOST_PARAMETERS
  for (const { id, parameters } of filters) {
    values = values.map((before, i) => (i < room ? (parameters[i] ?? before) : before))
    room = parameters.length
    yield { id, count: room, values }
  }
}

/** Only some filters have elements. */
function filterTag({ id, count, values: [first, second] }: FilterAsRead): string | undefined {
  switch (id) {
    case 1:
      return `Deflate Level="${count < 1 ? 6 : first | 0}"/`
    case 2:
      return 'Shuffle /'
    case 3:
      return 'Fletcher32 /'
    case 4:
      return `SZIP ${szipAttributes(first, count < 2 ? -1 : second)}/`
    default:
      return undefined
  }
}

function szipAttributes(options: number, pixels: number): string {
  const first = (...choices: [bit: number, text: string][]): string =>
    choices.find(([bit]) => (options & bit) !== 0)?.[1] ?? ''
  const mode = first([SZIP_CHIP, 'Mode ="Hardware" '], [SZIP_ALLOW_K13, 'Mode ="K13" '])
  const coding = first([SZIP_ENTROPY, 'Entropy'], [SZIP_NEAREST_NEIGHBOUR, 'NN'])
  const order = first([SZIP_LSB, 'LSB'], [SZIP_MSB, 'MSB'])
  const header = first([SZIP_RAW, 'Header="Raw"'])
  return `Pixels_per_block="${pixels | 0}" ${mode}Coding="${coding}" ByteOrder="${order}" ${header}`
}
