import type { Attribute, Dataset, Dataspace, ExternalFileSegment, VirtualMapping } from '@h5kit/core'
import { inMemory, LIBRARY_FILTERS, UNDEFINED } from '@h5kit/core'
import type { Output } from '../../output.ts'
import { escapeName } from '../escape.ts'
import { fixed } from '../number/fixed.ts'
import type { NameLook } from './looks.ts'

/** Columns of an object's name, with the space behind it. */
const NAME = 25

/** What is behind names of each length. */
const BLANKS = Array.from({ length: NAME }, (_, length) => ' '.repeat(NAME - length))

/**
 * Writes a name in its column of 24, and a note behind it. In pieces: to join them takes longer than to write them.
 *
 * @param folder what is in front of the name, escaped
 */
export function writeName(folder: string, name: string, note: string, look: NameLook, output: Output): void {
  const { utf8, width, paint } = look
  const shown = escapeName(name, true, utf8)
  const columns = width === undefined ? folder.length + shown.length : width(folder) + width(shown)
  if (folder !== '') output.text(folder)
  output.text(paint === undefined ? shown : paint(shown))
  if (note === '') {
    output.text(BLANKS[columns] ?? ' ')
    return
  }
  output.text(' '.repeat(Math.max(0, NAME - 1 - columns - note.length)))
  output.text(`${paint === undefined ? note : paint(note)} `)
}

/** A dataset's size behind its name: {10, 20/Inf}. */
export function datasetExtent(space: Dataspace, verbose: boolean): string {
  const { dimensions, maximum } = space
  let sizes = ''
  for (let axis = 0; axis < dimensions.length; axis++) {
    const size = dimensions[axis]
    const most = maximum?.[axis] ?? size
    if (axis > 0) sizes += ', '
    sizes += size
    if (most === UNDEFINED) sizes += '/Inf'
    else if (most !== size || verbose) sizes += `/${most}`
  }
  const kind = space.kind === 'scalar' ? 'SCALAR' : space.kind === 'null' ? 'NULL' : ''
  return ` {${sizes}${kind}}`
}

// What is said of very many objects is written in pieces: it takes longer to join them than to write them.

/** The line that an attribute's description starts with. */
export function writeAttributeHead({ name, space }: Attribute, { utf8, paint }: NameLook, output: Output): void {
  output.text('    Attribute: ')
  const shown = escapeName(name, true, utf8)
  output.text(paint === undefined ? shown : paint(shown))
  output.text(' ')
  output.text(space.kind === 'simple' ? `{${space.dimensions.join(', ')}}` : space.kind)
  output.text('\n')
}

/** A table of the files that a dataset's elements are in. */
function externalFiles(files: readonly ExternalFileSegment[], utf8: boolean): string {
  if (files.length === 0) return ''
  const names = files.map(({ file }) => escapeName(file, true, utf8))
  const row = (id: string, at: string, from: string, size: string, name: string): string =>
    `        ${id.padStart(4)} ${at.padStart(10)} ${from.padStart(10)} ${size.padStart(10)} ${name}\n`
  const rule = row(
    '----',
    '-'.repeat(10),
    '-'.repeat(10),
    '-'.repeat(10),
    '-'.repeat(Math.max(...names.map((name) => name.length))),
  )
  let text = `    Extern:    ${files.length} external file${files.length === 1 ? '' : 's'}\n`
  text += row('ID', 'DSet-Addr', 'File-Addr', 'Bytes', 'File') + rule
  let at = 0
  for (const [i, { offset, size }] of files.entries()) {
    const id = `#${String(i).padStart(3, '0')}`
    text += row(id, String(at), String(offset), size === UNDEFINED ? 'INF' : String(size), names[i])
    at += size
  }
  return text + rule
}

/** The sources of a virtual dataset. */
function virtualMaps(mappings: readonly VirtualMapping[], utf8: boolean): string {
  if (mappings.length === 0) return ''
  const lines = mappings.map(
    ({ file, dataset }) => `${' '.repeat(22)}${escapeName(file, true, utf8)}   ${escapeName(dataset, true, utf8)}\n`,
  )
  return `    Maps:      {${mappings.length}} Source {\n${lines.join('')}${' '.repeat(15)}}\n`
}

/** Lines on how a dataset is stored: chunks, sizes, filters. */
export function writeStorage(dataset: Dataset, used: number, utf8: boolean, output: Output): void {
  const { space, layout } = dataset
  const type = inMemory(dataset.type)
  if (layout.kind === 'chunked') {
    const size = layout.dimensions.reduce((product, n) => product * n, type.size)
    output.text(`    Chunks:    {${layout.dimensions.join(', ')}} ${size} bytes\n`)
  }
  if (layout.kind === 'contiguous') output.text(externalFiles(dataset.externalFiles, utf8))
  if (layout.kind === 'virtual') output.text(virtualMaps(dataset.mappings, utf8))
  const count = space.kind === 'null' ? 0 : space.dimensions.reduce((product, n) => product * n, 1)
  output.text('    Storage:   ')
  writeSizes(type, count * type.size, used, output)
  output.text('\n')
  for (const [i, filter] of dataset.filters.entries()) {
    const name = filter.name || (LIBRARY_FILTERS[filter.id] ?? 'method')
    output.text(
      `    ${`Filter-${i}:`.padEnd(10)} ${name}-${filter.id} ${filter.optional ? 'OPT' : ''} {${filter.parameters.join(', ')}}\n`,
    )
  }
}

function writeSizes(type: Dataset['type'], total: number, used: number, output: Output): void {
  if (type.class === 'variable-length' && type.kind === 'sequence') output.text('information not available')
  else if (type.class === 'reference') output.text('reference information not available')
  else {
    output.text(String(total))
    output.text(total === 1 ? ' logical byte, ' : ' logical bytes, ')
    output.text(String(used))
    output.text(used === 1 ? ' allocated byte' : ' allocated bytes')
    if (used === 0) return
    output.text(', ')
    output.text(fixed((total * 100) / used, 2))
    output.text('% utilization')
  }
}

/** A time as strftime's "%Y-%m-%d %H:%M:%S %Z" gives it, in the local zone or in UTC. */
export function modifiedText(seconds: number, utc: boolean): string {
  const date = new Date(seconds * 1000)
  if (utc) return `${date.toISOString().slice(0, 19).replace('T', ' ')} GMT`
  const two = (n: number): string => String(n).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())} ${zoneName(date)}`
}

let formatter: Intl.DateTimeFormat | undefined

function zoneName(date: Date): string {
  if (process.env.TZ === 'UTC') return 'UTC'
  formatter ??= new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' })
  return formatter.formatToParts(date).find((part) => part.type === 'timeZoneName')?.value ?? ''
}
