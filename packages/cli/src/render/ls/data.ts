import type { Attribute, Dataset, Dataspace, Datatype, File } from '@h5kit/core'
import { Hdf5Error } from '@h5kit/core'
import type { LsOptions } from '../../options/ls.ts'
import type { Output } from '../../output.ts'
import { holdsTime } from '../holds-time.ts'
import { renderReferences } from './references.ts'
import type { Failed, Pieces, Place } from './values.ts'
import { hasCharacters, lineFormat, renderValues } from './values.ts'

function elementsIn(space: Dataspace): number {
  return space.kind === 'null' ? 0 : space.dimensions.reduce((product, n) => product * n, 1)
}

/** The values of a dataset below its description. */
export function renderDatasetData(dataset: Dataset, options: LsOptions, output: Output, failed: Failed): void {
  const place = { options, output, failed, margin: options.simple ? 8 : 9, continuation: 9, level: 1, nested: false }
  renderHead('    Data:\n', place)
  renderElements(dataset.slabs(1 << 20), elementsIn(dataset.space), dataset.type, dataset.file, place)
}

/** The values of an attribute below its description. */
export function renderAttributeData(attribute: Attribute, options: LsOptions, output: Output, failed: Failed): void {
  const { simple } = options
  const place = {
    options,
    output,
    failed,
    margin: simple ? 8 : 9,
    continuation: simple ? 8 : 10,
    level: 3,
    nested: false,
  }
  renderHead('        Data:\n', { ...place, level: 2 })
  const total = elementsIn(attribute.space)
  const { space, type } = attribute
  if (space.kind === 'null' && type.class !== 'reference' && (options.hexadecimal || !holdsTime(type))) {
    const quote = hasCharacters(type, place) ? '"' : ''
    output.text(`${lineFormat(place).margin}${quote}        Unable to print data.\n`)
    return
  }
  const pieces = total === 0 ? [] : [{ count: total, bytes: attribute.raw() }]
  renderElements(pieces, total, attribute.type, attribute.file, place)
}

/** The line above the values, which stands behind a margin as they do where it is too long for a line. */
function renderHead(text: string, place: Place): void {
  const { margin, columns, gap } = lineFormat(place)
  place.output.text(text.length + gap.length > columns ? margin + text : text)
}

function renderElements(pieces: Pieces, total: number, type: Datatype, file: File, place: Place): void {
  const { output, failed } = place
  try {
    // The reference has no type in memory for times, and then says nothing.
    if (!place.options.hexadecimal && holdsTime(type)) {
      output.text('\n')
      return
    }
    if (type.class === 'reference') {
      renderReferences(pieces, type, file, place)
      output.text('\n')
    } else renderValues(pieces, total, type, file, place)
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    failed(`cannot print the values: ${error.message}`)
    output.text(`${lineFormat(place).margin}        Unable to print data.`)
  }
  output.text('\n')
}
