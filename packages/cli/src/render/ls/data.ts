import type { Attribute, Dataset, Datatype, File } from '@h5kit/core'
import { FormatError, Hdf5Error } from '@h5kit/core'
import type { LsOptions } from '../../options/ls.ts'
import type { Output } from '../../output.ts'
import { valueText } from '../value.ts'
import { lsFormat } from '../value-format.ts'
import { Lines } from '../wrap.ts'

/** Says what could not be printed. */
export type Failed = (what: string) => void

/** Elements to print, piece by piece. */
type Pieces = Iterable<{ count: number; bytes: Uint8Array }>

const UNLIMITED_COLUMNS = 65_535

/** The values of a dataset below its description. */
export function renderDatasetData(dataset: Dataset, options: LsOptions, output: Output, failed: Failed): void {
  output.text('    Data:\n')
  const { space, type, file } = dataset
  const total = space.kind === 'null' ? 0 : space.dimensions.reduce((product, n) => product * n, 1)
  renderElements(dataset.slabs(1 << 20), total, type, file, options, 1, output, failed)
}

/** The values of an attribute below its description. */
export function renderAttributeData(attribute: Attribute, options: LsOptions, output: Output, failed: Failed): void {
  output.text('        Data:\n')
  const { space, type, file } = attribute
  const total = space.kind === 'null' ? 0 : space.dimensions.reduce((product, n) => product * n, 1)
  const pieces = total === 0 ? [] : [{ count: total, bytes: attribute.raw() }]
  renderElements(pieces, total, type, file, options, 3, output, failed)
}

function renderElements(
  pieces: Pieces,
  total: number,
  type: Datatype,
  file: File,
  options: LsOptions,
  indent: number,
  output: Output,
  failed: Failed,
): void {
  const { simple, label, hexadecimal, width } = options
  const characters = options.string && !hexadecimal && type.class === 'fixed-point' && type.size === 1
  const margin = `${'   '.repeat(indent - 1)}        ${simple ? '' : ' '}${characters ? '"' : ''}`
  const extra = indent > 1 ? 3 * indent : 0
  const separator = characters ? '' : simple ? ' ' : ','
  const gap = characters ? '' : ' '
  const lines = new Lines(
    {
      margin,
      continuation: `${'   '.repeat(indent - 1)}${indent > 1 && !simple ? '          ' : simple && indent > 1 ? '        ' : '         '}`,
      end: characters ? '"' : '',
      gap,
      columns: simple || width === 0 ? UNLIMITED_COLUMNS : width,
      perLine: simple || width === 0 ? 1 : 0,
      keepTogether: !simple,
      marginColumns: margin.length - 3 * (indent - 1) + extra,
    },
    output,
  )
  try {
    const text = valueText(type, lsFormat({ simple, label, hexadecimal, characters, indent }), file)
    let done = 0
    for (const { count, bytes } of pieces) {
      if (bytes.length < count * type.size) throw new FormatError(`${bytes.length} bytes for ${count} elements of ${type.size}`)
      for (let i = 0; i < count; i++) lines.add(text(bytes, i * type.size) + (++done < total ? separator : ''))
    }
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    failed(`cannot print the values: ${error.message}`)
    output.text('        Unable to print data.')
  }
  output.text('\n')
}
