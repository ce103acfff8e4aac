import * as types from '../format/messages/message-types.ts'
import type { HeaderMessage } from '../format/object-header.ts'
import type { CheckedHeader } from './check-header.ts'
import type { FileState, ObjectKind } from './file-state.ts'
import type { Named } from './finding.ts'

const HEADER: Named = { name: 'Object Header', spec: 'IV.A.1' }

function kindOf(messages: readonly HeaderMessage[]): ObjectKind | undefined {
  const has = (type: number): boolean => messages.some((message) => message.type === type)
  if (has(types.SYMBOL_TABLE) || has(types.LINK_INFO)) return 'group'
  if (!has(types.DATATYPE)) return has(types.DATA_LAYOUT) ? 'dataset' : undefined
  return has(types.DATASPACE) || has(types.DATA_LAYOUT) ? 'dataset' : 'datatype'
}

/** Messages of which an object has one at most. */
const SINGLE: ReadonlySet<number> = new Set([
  types.DATASPACE,
  types.LINK_INFO,
  types.DATATYPE,
  types.OLD_FILL_VALUE,
  types.FILL_VALUE,
  types.EXTERNAL_DATA_FILES,
  types.DATA_LAYOUT,
  types.GROUP_INFO,
  types.FILTER_PIPELINE,
  types.OBJECT_COMMENT,
  types.OLD_MODIFICATION_TIME,
  types.MODIFICATION_TIME,
  types.SYMBOL_TABLE,
  types.ATTRIBUTE_INFO,
  types.REFERENCE_COUNT,
])

const OF_GROUPS: ReadonlySet<number> = new Set([types.LINK_INFO, types.LINK, types.GROUP_INFO, types.SYMBOL_TABLE])
const OF_DATASETS: ReadonlySet<number> = new Set([
  types.DATASPACE,
  types.OLD_FILL_VALUE,
  types.FILL_VALUE,
  types.EXTERNAL_DATA_FILES,
  types.DATA_LAYOUT,
])
const OF_EXTENSION: ReadonlySet<number> = new Set([
  types.SHARED_MESSAGE_TABLE,
  types.B_TREE_K,
  types.DRIVER_INFO,
  types.FILE_SPACE_INFO,
  types.METADATA_CACHE_IMAGE,
])

/** What an object is, by its messages; whether these are as many as they should be, and in the right kind of object. */
export function checkOccurrences(state: FileState, { messages, place }: CheckedHeader): ObjectKind | undefined {
  const { check } = state
  const last = state.lastTypes
  // Most objects have the same messages as the one before.
  if (last.kind !== undefined && sameTypes(last.types, messages)) return last.kind
  const kind = kindOf(messages)
  const found = check.findings.length
  const seen = new Set<number>()
  for (const { type, address } of messages) {
    const name = types.messageTypeName(type) ?? String(type)
    const at = { structure: HEADER, address }
    if (SINGLE.has(type) && seen.has(type)) {
      check.report('error', at, `a second ${name} message`, 'object-header.repeated-message')
    }
    seen.add(type)
    const foreign =
      OF_EXTENSION.has(type) ||
      (kind !== 'group' && OF_GROUPS.has(type)) ||
      (kind !== 'dataset' && OF_DATASETS.has(type)) ||
      (kind === 'group' && type === types.DATATYPE) ||
      (kind === 'datatype' && type === types.FILTER_PIPELINE)
    if (foreign) {
      const what = `a ${name} message in a ${kind ?? 'header of nothing known'}`
      check.report('error', at, what, 'object-header.message-out-of-place')
    }
    if (type === types.BOGUS) {
      check.report('note', at, 'a bogus message, which is for tests', 'object-header.bogus-message')
    }
  }
  if (seen.has(types.SYMBOL_TABLE) && seen.has(types.LINK_INFO)) {
    check.report('error', place, 'links of both the old and the new style', 'object-header.message-out-of-place')
  }
  const missing = kind !== 'dataset' ? [] : [types.DATATYPE, types.DATASPACE, types.DATA_LAYOUT]
  for (const type of missing.filter((each) => !seen.has(each))) {
    const what = `no ${types.messageTypeName(type)} message in a dataset`
    check.report('error', place, what, 'object-header.missing-message')
  }
  if (kind === undefined) {
    const what = 'neither a group nor a dataset nor a datatype'
    check.report('error', place, what, 'object-header.missing-message')
  }
  state.lastTypes = check.findings.length > found ? NO_TYPES : { types: messages.map(({ type }) => type), kind }
  return kind
}

const NO_TYPES = { types: [], kind: undefined }

function sameTypes(types: readonly number[], messages: readonly HeaderMessage[]): boolean {
  if (types.length !== messages.length) return false
  for (let i = 0; i < types.length; i++) if (types[i] !== messages[i].type) return false
  return true
}
