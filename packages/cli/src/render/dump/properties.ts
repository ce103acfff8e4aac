import type { Dataset, File, FilterStep, HyperslabDimension, Selection, VirtualMapping } from '@h5kit/core'
import { inMemory, UNDEFINED } from '@h5kit/core'
import { fixed } from '../number/fixed.ts'
import { blockTexts, pointTexts, regularForm } from '../region.ts'
import { BREAK } from '../value-format.ts'
import {
  SZIP_ALLOW_K13,
  SZIP_CHIP,
  SZIP_ENTROPY,
  SZIP_LSB,
  SZIP_MSB,
  SZIP_NEAREST_NEIGHBOUR,
  SZIP_RAW,
} from './szip-options.ts'

/** A line of a block, so many levels deeper than the block itself. */
export interface Line {
  deeper: number
  text: string
  /** It continues the line before where that has room for it and all lines of its paragraph. */
  paragraph?: readonly string[]
}

/** Puts a fill value into text. */
export type FillText = (value: Uint8Array) => string

/** How a dataset is stored: layout, filters, fill value, allocation time. */
export function propertyLines(dataset: Dataset, fillText: FillText): Line[] {
  const virtual = dataset.layout.kind === 'virtual'
  return [
    ...block('STORAGE_LAYOUT {', layoutLines(dataset)),
    ...(virtual ? [] : block('FILTERS {', filterLines(dataset.filters))),
    ...block('FILLVALUE {', fillLines(dataset, fillText)),
    ...(virtual ? [] : block('ALLOCATION_TIME {', [{ deeper: 0, text: allocationTime(dataset) }])),
  ]
}

function block(head: string, inside: readonly Line[]): Line[] {
  return [{ deeper: 0, text: head }, ...inside.map(deeper), { deeper: 0, text: '}' }]
}

function deeper(line: Line): Line {
  return { ...line, deeper: line.deeper + 1 }
}

function lines(...texts: string[]): Line[] {
  return texts.map((text) => ({ deeper: 0, text }))
}

function layoutLines(dataset: Dataset): Line[] {
  const { layout } = dataset
  switch (layout.kind) {
    case 'chunked':
      return lines(`CHUNKED ( ${layout.dimensions.join(', ')} )`, chunkedSize(dataset))
    case 'compact':
      return lines('COMPACT', `SIZE ${dataset.storageSize}`)
    case 'contiguous': {
      const files = dataset.externalFiles
      if (files.length === 0) {
        return lines('CONTIGUOUS', `SIZE ${dataset.storageSize}`, `OFFSET ${offsetText(layout.address, dataset.file)}`)
      }
      const segments = files.map(({ file, offset, size }) => ({
        deeper: 0,
        text: `FILENAME ${file} SIZE ${size === UNDEFINED ? UNLIMITED : size} OFFSET ${offset}`,
      }))
      return [...lines('CONTIGUOUS'), ...block('EXTERNAL {', segments)]
    }
    case 'virtual':
      return dataset.mappings.flatMap(mappingLines)
  }
}

/** Where elements begin, counted from the start of the file: no address, which is -1, is counted on like any other. */
function offsetText(address: number, file: File): string {
  if (address !== UNDEFINED) return String(file.fullAddress(address + file.userBlockSize))
  return file.userBlockSize === 0 ? 'HADDR_UNDEF' : String(file.userBlockSize - 1)
}

/** H5S_UNLIMITED as a number. */
const UNLIMITED = '18446744073709551615'

/** What the chunks take, and how much more the elements would. */
function chunkedSize(dataset: Dataset): string {
  const { storageSize, filters, space } = dataset
  if (filters.length === 0 || space.dimensions.length === 0) return `SIZE ${storageSize}`
  const whole = space.dimensions.reduce((product, n) => product * n, inMemory(dataset.type).size)
  return `SIZE ${storageSize} (${fixed(storageSize === 0 ? 0 : whole / storageSize, 3)}:1 COMPRESSION)`
}

function mappingLines({ virtual, source, file, dataset }: VirtualMapping, number: number): Line[] {
  return block(`MAPPING ${number} { `, [
    ...block('VIRTUAL {', selectionLines(virtual)),
    ...block('SOURCE {', [...lines(`FILE "${file}"`, `DATASET "${dataset}"`), ...selectionLines(source)]),
  ])
}

function selectionLines(selection: Selection): Line[] {
  switch (selection.kind) {
    case 'all':
      return lines('SELECTION ALL')
    case 'none':
      return lines('SELECTION NONE')
    case 'points':
      return lines(`SELECTION POINT { ${pointTexts(selection.points, selection.rank).join(`,${BREAK} `)} }`)
    case 'blocks': {
      const regular = regularForm(selection.corners, selection.rank)
      if (regular !== undefined) return block('SELECTION REGULAR_HYPERSLAB { ', hyperslabLines(regular))
      return block(
        'SELECTION IRREGULAR_HYPERSLAB { ',
        lines(blockTexts(selection.corners, selection.rank).join(`,${BREAK} `)),
      )
    }
    case 'hyperslab':
      return block('SELECTION REGULAR_HYPERSLAB { ', hyperslabLines(selection.dimensions))
  }
}

function hyperslabLines(dimensions: readonly HyperslabDimension[]): Line[] {
  const list = (name: string, field: 'start' | 'stride' | 'count' | 'block'): string =>
    `${name} (${dimensions.map((dimension) => (dimension[field] < 0 ? 'H5S_UNLIMITED' : dimension[field])).join(',')})`
  const paragraph = [list('START', 'start'), list('STRIDE', 'stride'), list('COUNT', 'count'), list('BLOCK', 'block')]
  const [start, ...more] = lines(...paragraph)
  return [{ ...start, paragraph }, ...more]
}

function filterLines(filters: readonly FilterStep[]): Line[] {
  return filters.length === 0 ? lines('NONE') : filters.flatMap(oneFilter)
}

function oneFilter({ id, name, parameters }: FilterStep): Line[] {
  const first = signed(parameters[0] ?? 0)
  switch (id) {
    case 1:
      return lines(`COMPRESSION DEFLATE { LEVEL ${first} }`)
    case 2:
      return lines('PREPROCESSING SHUFFLE')
    case 3:
      return lines('CHECKSUM FLETCHER32')
    case 4:
      return block('COMPRESSION SZIP {', szipLines(parameters[0] ?? 0, parameters[1] ?? 0))
    case 5:
      return lines('COMPRESSION NBIT')
    case 6:
      return lines(`COMPRESSION SCALEOFFSET { MIN BITS ${first} }`)
    default:
      return block('USER_DEFINED_FILTER {', [
        ...lines(`FILTER_ID ${id}`),
        ...(name === '' ? [] : lines(`COMMENT ${name}`)),
        ...(parameters.length === 0
          ? []
          : lines(`PARAMS { ${Array.from(parameters, (value) => `${signed(value)} `).join('')}}`)),
      ])
  }
}

function signed(value: number): number {
  return value | 0
}

function szipLines(options: number, pixels: number): Line[] {
  const mode = (options & SZIP_CHIP) !== 0 ? 'HARDWARE' : (options & SZIP_ALLOW_K13) !== 0 ? 'K13' : undefined
  const coding =
    (options & SZIP_ENTROPY) !== 0
      ? 'ENTROPY'
      : (options & SZIP_NEAREST_NEIGHBOUR) !== 0
        ? 'NEAREST NEIGHBOUR'
        : undefined
  const order = (options & SZIP_LSB) !== 0 ? 'LSB' : (options & SZIP_MSB) !== 0 ? 'MSB' : undefined
  return lines(
    `PIXELS_PER_BLOCK ${pixels}`,
    ...(mode === undefined ? [] : [`MODE ${mode}`]),
    ...(coding === undefined ? [] : [`CODING ${coding}`]),
    ...(order === undefined ? [] : [`BYTE_ORDER ${order}`]),
    ...((options & SZIP_RAW) === 0 ? [] : ['HEADER RAW']),
  )
}

const FILL_TIMES = ['H5D_FILL_TIME_ALLOC', 'H5D_FILL_TIME_NEVER', 'H5D_FILL_TIME_IFSET']

function fillLines(dataset: Dataset, fillText: FillText): Line[] {
  const { writeTime, state, value } = dataset.fillSettings
  const text =
    state === 'user-defined'
      ? fillText(value)
      : state === 'default'
        ? 'H5D_FILL_VALUE_DEFAULT'
        : 'H5D_FILL_VALUE_UNDEFINED'
  return lines(`FILL_TIME ${FILL_TIMES[writeTime] ?? 'INVALID'}`, `VALUE  ${text}`)
}

const ALLOCATION_TIMES: Record<number, string> = {
  1: 'H5D_ALLOC_TIME_EARLY',
  2: 'H5D_ALLOC_TIME_LATE',
  3: 'H5D_ALLOC_TIME_INCR',
}

function allocationTime(dataset: Dataset): string {
  return ALLOCATION_TIMES[dataset.fillSettings.allocationTime] ?? 'INVALID'
}
