import { attributeMessage } from '../format/messages/attribute.ts'
import { attributeInfoMessage } from '../format/messages/attribute-info.ts'
import { dataLayoutMessage } from '../format/messages/data-layout.ts'
import { dataspaceMessage } from '../format/messages/dataspace.ts'
import { datatypeMessage } from '../format/messages/datatype.ts'
import { externalFilesMessage } from '../format/messages/external-files.ts'
import { fillValueMessage, oldFillValueMessage } from '../format/messages/fill-value.ts'
import { filterPipelineMessage } from '../format/messages/filter-pipeline.ts'
import { groupInfoMessage } from '../format/messages/group-info.ts'
import type { LinkMessage } from '../format/messages/link.ts'
import { linkMessage } from '../format/messages/link.ts'
import { linkInfoMessage } from '../format/messages/link-info.ts'
import * as types from '../format/messages/message-types.ts'
import { oldModificationTimeMessage } from '../format/messages/modification-time.ts'
import { symbolTableMessage } from '../format/messages/symbol-table.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { PlacedAttribute } from './check-attributes.ts'
import { checkAttributeInfo, checkCompactAttributes, checkDenseAttributes } from './check-attributes.ts'
import { checkDataset } from './check-dataset.ts'
import { checkFilters } from './check-filters.ts'
import { checkCompactLinks, checkDenseLinks, checkLinkInfo } from './check-group.ts'
import type { CheckedHeader } from './check-header.ts'
import { checkHeader } from './check-header.ts'
import { checkOccurrences } from './check-occurrences.ts'
import { checkSymbolTable } from './check-symbol-table.ts'
import { checkDataspace, checkDatatype } from './check-types.ts'
import type { FileState, KnownObject } from './file-state.ts'
import type { Place } from './finding.ts'
import { MessageValues } from './message-values.ts'

/** Looks at an object: its header, messages, attributes, and its links or elements. */
export function checkObject(state: FileState, address: number, known: KnownObject): void {
  const { check } = state
  const { path, depth } = known
  check.path = path
  const header = checkHeader(check, address, known.place)
  if (header === undefined) return
  const values = new MessageValues(state, header)
  const kind = checkOccurrences(state, header)
  known.referenceCount = header.referenceCount
  known.kind = kind
  known.place = header.place
  checkSimpleMessages(state, values)
  checkAttributes(state, header, values)
  if (kind === 'group') {
    const around = path === '/' ? '/' : `${path}/`
    const onLink = (link: LinkMessage, place: Place): void => followLink(state, address, around, depth, link, place)
    checkLinks(state, values, header.place, onLink, known)
  } else if (kind === 'dataset') checkStorage(state, values)
  check.path = ''
}

/** Messages that can be judged each for itself. */
function checkSimpleMessages(state: FileState, values: MessageValues): void {
  const { check } = state
  const type = values.first(datatypeMessage)
  if (type !== undefined && !type.shared && check.isNew(type.value)) checkDatatype(check, type.value, type.place)
  const space = values.first(dataspaceMessage)
  if (space !== undefined) checkDataspace(check, space.value, space.place)
  for (const { value, place } of values.all(groupInfoMessage)) {
    if (value.minimumDense > value.maximumCompact) {
      const what = `dense from ${value.minimumDense} links down, compact up to ${value.maximumCompact}`
      check.error(place, what, 'Link Phase Change: Minimum Dense Value')
    }
  }
  for (const { value, place } of values.all(oldModificationTimeMessage)) {
    if (value.seconds === undefined) check.error(place, `no time: "${value.text}"`, 'Date and Time')
  }
  for (const { value, place } of values.all(filterPipelineMessage)) checkFilters(check, value.filters, place)
  checkFill(state, values)
}

function checkFill(state: FileState, values: MessageValues): void {
  const { check } = state
  const type = values.first(datatypeMessage)
  const size = type?.value.size
  const field = 'Size'
  const wrong = (value: Uint8Array): boolean => value.length > 0 && size !== undefined && value.length !== size
  for (const { value, place } of values.all(oldFillValueMessage)) {
    if (wrong(value.value)) check.error(place, `${value.value.length} bytes for elements of ${size}`, field)
  }
  for (const { value, place } of values.all(fillValueMessage)) {
    if (wrong(value.value)) check.error(place, `${value.value.length} bytes for elements of ${size}`, field)
    const times = value.version < 3 ? ['Space Allocation Time', 'Fill Value Write Time'] : ['Flags', 'Flags']
    if (value.allocationTime < 1 || value.allocationTime > 3) {
      check.error(place, `unknown allocation time ${value.allocationTime}`, times[0])
    }
    if (value.writeTime > 2) check.error(place, `unknown write time ${value.writeTime}`, times[1])
  }
}

function checkAttributes(state: FileState, header: CheckedHeader, values: MessageValues): void {
  const attributes: PlacedAttribute[] = values
    .all(attributeMessage)
    .map(({ message, value, place, shared, repeated }) => ({
      attribute: value,
      place,
      creationOrder: message.creationOrder,
      // Messages of version 1 headers are padded, and shared ones are as long as the heap has them.
      padded: header.version === 1 || shared,
      repeated,
    }))
  const info = values.first(attributeInfoMessage)
  checkCompactAttributes(state, attributes, info)
  if (info === undefined) return
  checkAttributeInfo(state, info.value, info.place)
  if (info.value.fractalHeap === UNDEFINED) return
  if (attributes.length > 0) {
    const what = 'attributes both in the object header and in a heap'
    state.check.error(info.place, what, 'Fractal Heap Address')
  }
  checkDenseAttributes(state, info.value, info.place)
}

function checkLinks(
  state: FileState,
  values: MessageValues,
  place: Place,
  onLink: (link: LinkMessage, place: Place) => void,
  known: KnownObject,
): void {
  const { check, settings } = state
  const info = values.first(linkInfoMessage)
  const links = values.all(linkMessage)
  if (info !== undefined) {
    checkLinkInfo(check, info.value, info.place)
    if (info.value.fractalHeap !== UNDEFINED) {
      if (links.length > 0) {
        check.error(info.place, 'links both in the object header and in a heap', 'Fractal Heap Address')
      }
      checkDenseLinks(check, info.value, info.place, onLink)
    }
    checkCompactLinks(
      check,
      info.value,
      links.map((read) => ({ link: read.value, place: read.place })),
      onLink,
    )
    return
  }
  const table = values.first(symbolTableMessage)
  if (table === undefined) return
  known.table = table.value
  checkSymbolTable(check, table.value, settings, table.place, onLink, (header, cached, at) => {
    state.cachedTables.push({ header, table: cached, path: check.path, place: at })
  })
  if (links.length > 0) {
    check.report('error', place, 'link messages in an old-style group', 'object-header.message-out-of-place')
  }
}

/** The field of an entry or a message that leads to an object. */
const LINKED = 'Object Header Address'

function followLink(
  state: FileState,
  group: number,
  around: string,
  depth: number,
  link: LinkMessage,
  place: Place,
): void {
  const { check } = state
  const { name, target } = link
  const there = around + name
  switch (target.kind) {
    case 'hard':
      if (target.address === UNDEFINED) check.error(place, `"${name}" leads nowhere`, 'Object Header Address')
      else state.link(target.address, there, depth + 1, place.field === LINKED ? place : { ...place, field: LINKED })
      break
    case 'soft':
      state.named.push({ kind: 'soft', path: there, group, file: '', target: target.path, place })
      break
    case 'external':
      if (!check.limits.externalLinks) {
        check.report('error', place, `"${name}" leads to the file "${target.file}"`, 'policy.external-link')
      }
      state.named.push({ kind: 'external', path: there, group, file: target.file, target: target.path, place })
      break
    case 'user-defined':
      check.report('note', place, `"${name}" is a user-defined link of type ${link.type}`, 'link.user-defined')
      break
  }
}

function checkStorage(state: FileState, values: MessageValues): void {
  const type = values.first(datatypeMessage)
  const space = values.first(dataspaceMessage)
  const layout = values.first(dataLayoutMessage)
  // Something about them was found already.
  if (type === undefined || space === undefined || layout === undefined) return
  if (values.isBroken(types.FILTER_PIPELINE)) return
  const external = values.first(externalFilesMessage)
  const fill = values.first(fillValueMessage)?.value.value ?? values.first(oldFillValueMessage)?.value.value
  checkDataset(state, {
    type: type.value,
    space: space.value,
    layout: layout.value,
    filters: values.first(filterPipelineMessage)?.value.filters ?? [],
    fill: fill === undefined || fill.length === 0 ? undefined : fill,
    external: external && { list: external.value, place: external.place },
    place: layout.place,
    spacePlace: space.place,
  })
}
