import type { Dataset, DatasetChange, FilterStep } from '@h5kit/core'
import { LIBRARY_FILTERS } from '@h5kit/core'
import type { FilterRequest, LayoutRequest, RepackOptions } from '../options/repack.ts'

const NAMES: Record<number, string> = {
  0: 'NONE',
  1: 'GZIP',
  2: 'SHUFFLE',
  3: 'FLETCHER32',
  4: 'SZIP',
  5: 'NBIT',
  6: 'SOFF',
}
const SHORT: Record<number, string> = { 1: 'GZIP', 2: 'SHUF', 3: 'FLET', 4: 'SZIP', 5: 'NBIT', 6: 'SCALEOFFSET' }
const LAYOUTS: Record<LayoutRequest['kind'], string> = {
  compact: 'compact',
  contiguous: 'contiguous',
  chunked: 'chunked',
}

const SHUFFLE = 2
const FLETCHER32 = 3
const DEFLATE = 1
const SZIP = 4
const NONE = 0
const LAST_OWN = 6

/** Which layouts were asked for, as the reference repeats it. */
export function layoutLines(options: RepackOptions): string {
  const { layout, objects } = options
  if (!isAnyAsked(options)) return ''
  const each = objects.map(({ path, layout }) => {
    if (layout?.kind === 'contiguous' && layout.unchunked) return ` <${path}> NONE (contiguous)\n`
    const hasShape = layout?.kind === 'chunked' && layout.chunk.length > 0
    return hasShape ? ` <${path}> with chunk size ${shape(layout.chunk)}\n` : ''
  })
  return (layout === undefined ? 'No all objects to modify layout\n' : layoutForAll(layout)) + each.join('')
}

/** Which filters were asked for, as the reference repeats it. */
export function filterLines(options: RepackOptions): string {
  const { filters, objects } = options
  if (!isAnyAsked(options)) return ''
  const each = objects.flatMap(({ path, filters }) => filters.map((filter) => filterFor(path, filter)))
  return (filters.length === 0 ? 'No all objects to apply filter\n' : filtersForAll(filters)) + each.join('')
}

/** What is guessed of the room in front of the new file. */
export function userBlockLines({ userBlockFile, userBlock, userBlockGuessed }: RepackOptions): string {
  if (userBlockGuessed)
    return `Warning: user block size missing for file ${userBlockFile}. Assigning a default size of ${userBlock}...\n`
  if (userBlockFile === undefined && userBlock !== 0)
    return `Warning: user block file name missing. Reserving a size of ${userBlock}...\n`
  return ''
}

/** Whether a layout or filters were asked for. */
export function isAnyAsked({ layout, filters, objects }: RepackOptions): boolean {
  return layout !== undefined || filters.length > 0 || objects.length > 0
}

function shape(chunk: readonly number[]): string {
  return chunk.map((size) => `${size} `).join('')
}

function layoutForAll(layout: LayoutRequest): string {
  const dimensions = layout.kind === 'chunked' ? `with dimension [ ${shape(layout.chunk)}]` : ''
  return `All objects to modify layout are...\n Apply ${LAYOUTS[layout.kind]} layout to all${dimensions}\n`
}

function filtersForAll(filters: readonly FilterRequest[]): string {
  const lines = filters.map(({ id, values }) => {
    if (id === NONE) return ' Uncompress all\n'
    if (id === SHUFFLE || id === FLETCHER32) return ` All with ${NAMES[id]}\n`
    if (id === SZIP || id === DEFLATE) return ` All with ${NAMES[id]}, parameter ${values[0]}\n`
    return ` User Defined ${id}\n`
  })
  return `All objects to apply filter are...\n${lines.join('')}`
}

function filterFor(path: string, { id }: FilterRequest): string {
  const number = id > LAST_OWN ? ` ${id}` : ''
  return ` <${path}> with ${NAMES[id] ?? 'UD'} filter${number}\n`
}

/**
 * What becomes of a dataset, and the bytes that its elements take before and after:
 *
 *     /a: contiguous, 80000 bytes; then chunked 100x100, deflate, 1234 bytes
 */
export function changeLine(path: string, dataset: Dataset, change: DatasetChange, size: number): string {
  const { layout, filters, storageSize } = dataset
  const chunk = dataset.chunkShape
  const before = chunk === undefined ? { kind: layout.kind } : { kind: 'chunked', chunk }
  const after = change.layout ?? before
  const was = stored(before, filters, storageSize)
  const becomes = stored(after, change.filters ?? filters, size)
  return was === becomes ? `${path}: ${was}, as before\n` : `${path}: ${was}; then ${becomes}\n`
}

function stored(layout: { kind: string; chunk?: readonly number[] }, filters: readonly FilterStep[], size: number) {
  const shape = layout.chunk === undefined ? '' : ` ${layout.chunk.join('x')}`
  return [`${layout.kind}${shape}`, ...filters.map(filterName), `${size} bytes`].join(', ')
}

/** The name that a file has for a filter; the library's own are not named in each. */
export function filterName({ id, name }: FilterStep): string {
  return name || (LIBRARY_FILTERS[id] ?? `filter ${id}`)
}

const WIDTH = 27
const NO_TIME = ' '.repeat(29)

/** The rows of the table of objects: with times, if any are shown at all. */
export class RepackTable {
  readonly #timed: boolean

  constructor(verbose: 1 | 2) {
    this.#timed = verbose === 2
  }

  head(): string {
    const titles = this.#timed
      ? ' Type     Filter (Compression)        Timing read/write    Name'
      : ' Type     Filter (Compression)     Name'
    const line = '-'.repeat(this.#timed ? 65 : 41)
    return `${line}\n${titles}\n${line}\n`
  }

  row(type: string, name: string): string {
    return ` ${type.padEnd(WIDTH)}${this.#timed ? NO_TIME : ''} ${name}\n`
  }

  /** A dataset once more, for each of its elements; there is never room for times where it is one of regions. */
  reference(name: string, target: string, isRegion: boolean): string {
    const row = isRegion ? ` ${'dset'.padEnd(WIDTH)} ${name}\n` : this.row('dset', name)
    return `${row}object <${name}> ${isRegion ? 'region' : 'object'} reference created to <${target}>\n`
  }

  attribute(name: string): string {
    return ` ${this.#timed ? this.#timedRow('attr', 0, 0, name) : this.row('attr', name)}`
  }

  dataset(name: string, seconds: number, packed?: { filters: readonly FilterStep[]; ratio: number }): string {
    const type =
      packed === undefined
        ? 'dset'
        : `dset     ${packed.filters.map(({ id }) => `${SHORT[id] ?? 'UD'} `).join('')}  (${packed.ratio.toFixed(3)}:1)`
    return this.#timed ? this.#timedRow(type, 0, seconds, name) : this.row(type, name)
  }

  #timedRow(type: string, read: number, write: number, name: string): string {
    return ` ${type.padEnd(WIDTH)}  ${scientific(read)}/${scientific(write)}   ${name}\n`
  }
}

/** C's %e. */
function scientific(value: number): string {
  return value.toExponential(6).replace(/e([+-])(\d)$/, 'e$10$2')
}
