import { Hdf5Error } from '@h5kit/core'
import type { File } from '@h5kit/core/node'
import type { ObjectRequest, RepackOptions } from '../options/repack.ts'
import { hasChunkShape } from '../options/repack-filters.ts'
import { filterLines, layoutLines, userBlockLines } from '../render/repack.ts'
import type { RepackNews } from './repack-objects.ts'
import type { Row } from './repack-table.ts'
import { namedRow, objectTable } from './repack-table.ts'

const SZIP = 4
const SMALLEST_USER_BLOCK = 512
const SMALLEST_PAGE = 512
const LARGEST_PAGE = 1 << 30

/** Repeats what was asked for, and says why it does not go together; undefined where it does. */
export function checkOptions(options: RepackOptions, news: RepackNews): string | undefined {
  const { objects, filters, layout, compactLinks, indexedLinks, shared, alignment, threshold } = options
  const say = options.verbose > 0 ? news.say : () => {}
  say(layoutLines(options))
  const chunked = objects.some((object) => hasChunkShape(object) || isUnchunked(object))
  if (layout !== undefined && chunked) return 'a layout for all objects and another for some'
  say(filterLines(options))
  if (filters.length > 0 && objects.some((object) => object.filters.length > 0)) {
    return 'filters for all objects and others for some'
  }
  if (compactLinks < 0 || indexedLinks < 0) return 'a number of links is not negative'
  if (indexedLinks > compactLinks) return 'fewest links outside a header (-d) are more than the most in one (-c)'
  if (Object.values(shared).some((size) => size < 0)) return 'the size of a shared message is not negative'
  say(userBlockLines(options))
  if (alignment === 0 && threshold !== 0) return 'a threshold (-t) without an alignment (-a)'
  return undefined
}

function isUnchunked({ layout }: ObjectRequest): boolean {
  return layout?.kind === 'contiguous' && layout.unchunked === true
}

/** Why there can be no such file; undefined where there can. */
export function checkNewFile({ low, high, userBlock, metadataBlock, space }: RepackOptions): string | undefined {
  const { pageSize } = space
  if (low > high || high === 0) return `a file cannot be for releases from number ${low} to ${high}`
  if (userBlock !== 0 && (userBlock < SMALLEST_USER_BLOCK || !Number.isInteger(Math.log2(userBlock)))) {
    return `a user block has ${SMALLEST_USER_BLOCK} bytes or twice as many, and so on, not ${userBlock}`
  }
  if (metadataBlock < 0) return `blocks of ${metadataBlock} bytes (-M)`
  if (pageSize !== undefined && (pageSize < SMALLEST_PAGE || pageSize > LARGEST_PAGE)) {
    return `a page has from ${SMALLEST_PAGE} to ${LARGEST_PAGE} bytes, not ${pageSize}`
  }
  return undefined
}

/** What is wrong with the names of objects that were asked for; undefined where they are all there. */
export function checkNames(file: File, options: RepackOptions, { say, warn }: RepackNews): string | undefined {
  if (options.objects.length + options.drop.length === 0) return undefined
  const rows = objectTable(file, options, [])
  const verbose = options.verbose > 0
  for (const path of options.drop) {
    const name = path.replace(/\/+$/, '')
    if (name === '' || namedRow(rows, name) === undefined)
      return `there is no object "${path}" in "${options.input}" to leave out`
  }
  if (verbose && options.objects.length > 0) say(`Opening file. Searching ${rows.length} objects to modify ...\n`)
  for (const object of options.objects) {
    if (verbose) say(` <${object.path}>`)
    const row = namedRow(rows, object.path)
    if (row === undefined) return `there is no object "${object.path}" in "${options.input}"`
    if (verbose) say('...Found\n')
    if (row.kind !== 'dataset') warn(`"${object.path}" has no layout and no filters: it is a ${row.kind}`)
    else if (`/${object.path.replace(/^\//, '')}` !== row.path) {
      warn(`"${object.path}" stays as it is: name it "${row.path}", which is the first path to it`)
    }
    if (!object.filters.some(({ id }) => id === SZIP)) continue
    const few = hasFewElements(file, object, row)
    if (few === undefined) return `"${object.path}" is no dataset that szip can compress`
    if (!few) continue
    say(' <warning: SZIP settings, chunk size is smaller than pixels per block>\n')
    return undefined
  }
  return undefined
}

/** As the reference counts: against the number of the coding, where it means that of pixels; undefined for no dataset. */
function hasFewElements(file: File, { layout, filters }: ObjectRequest, row: Row): boolean | undefined {
  const shape = layout?.kind === 'chunked' && layout.chunk.length > 0 ? layout.chunk : shapeOf(file, row)
  if (shape === undefined) return undefined
  const elements = shape.reduce((product, size) => product * size, 1)
  return filters.some(({ id, values }) => id === SZIP && elements < values[0])
}

function shapeOf(file: File, row: Row): readonly number[] | undefined {
  try {
    const object = file.get(row.path)
    return object.kind === 'dataset' ? object.shape : undefined
  } catch (error) {
    if (error instanceof Hdf5Error) return undefined
    throw error
  }
}
