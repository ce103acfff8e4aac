import type { Datatype, File, Reference } from '@h5kit/core'
import type { TextBuffer } from '../output.ts'
import { attempt } from './attempt.ts'

type ReferenceType = Extract<Datatype, { class: 'reference' }>

const KINDS = { group: 'GROUP', dataset: 'DATASET', datatype: 'DATATYPE' }

/** What of the file's objects a reference leads to, as the first word of its text. */
function kindText(file: File, reference: Reference): string {
  if (reference.kind === 'region') return 'DATASET'
  if (reference.kind === 'attribute') return 'ATTRIBUTE'
  return attempt(() => KINDS[file.fileOf(reference).object(reference.address).kind]) ?? 'UNKNOWN'
}

/** Kind, file and path: DATASET "file.h5/group/dataset". */
export function referenceName(file: File, reference: Reference): string {
  const path = attempt(() => file.fileOf(reference).pathOf(reference.address)) ?? ''
  const attribute = reference.kind === 'attribute' ? `/${reference.name}` : ''
  return `${kindText(file, reference)} "${reference.file ?? file.name}${path}${attribute}"`
}

/**
 * Writes a reference as a value beside others. The two oldest kinds are named without the file.
 *
 * @param fileNumbers whether the file's number stands in front of an object's address
 */
export function putReference(
  out: TextBuffer,
  type: ReferenceType,
  file: File,
  bytes: Uint8Array,
  at: number,
  fileNumbers: boolean,
): void {
  out.write(referenceText(type, file, bytes, at, fileNumbers))
}

function referenceText(type: ReferenceType, file: File, bytes: Uint8Array, at: number, fileNumbers: boolean): string {
  const reference = file.reference(type, bytes, at)
  if (reference === undefined) return 'NULL'
  if (type.kind > 1) return referenceName(file, reference)
  // Named without the file, an object of another one is none that can be found.
  if (reference.kind === 'object' && (reference.file !== undefined || kindText(file, reference) === 'UNKNOWN')) {
    return '<unknown>'
  }
  const path = attempt(() => file.fileOf(reference).pathOf(reference.address)) ?? ''
  const address = fileNumbers ? `-${file.number}:${reference.address}` : ` ${reference.address}`
  return `${kindText(file, reference)}${reference.kind === 'object' ? address : ''} "${path}"`
}
