import { LINK_HEAP_ID, linkNameHash, linkNameHeapId, linkOrderHeapId } from '../format/b-tree-v2-records.ts'
import type { LinkMessage } from '../format/messages/link.ts'
import { externalLinkValue, linkMessage } from '../format/messages/link.ts'
import type { LinkInfo } from '../format/messages/link-info.ts'
import { CREATION_ORDER_INDEXED, CREATION_ORDER_TRACKED } from '../format/messages/link-info.ts'
import { lookup3 } from '../io/checksum.ts'
import { unsigned } from '../io/integer.ts'
import { UNDEFINED } from '../io/structure.ts'
import { compareText, encodeText } from '../io/text.ts'
import { checkTreeV2 } from './check-b-tree-v2.ts'
import { checkFractalHeap } from './check-fractal-heap.ts'
import type { Checker } from './checker.ts'
import type { Place } from './finding.ts'

/** Gets each link of a group, with the structure that has it. */
export type OnLink = (link: LinkMessage, place: Place) => void

const USE = 'group-storage'

/** What any link has to be like: what a group's form of storage does not tell. */
export function checkLink(check: Checker, link: Pick<LinkMessage, 'name' | 'target'>, place: Place): void {
  const { name, target } = link
  if (name === '') check.error(place, 'a link without a name', 'Link Name')
  else if (name.includes('/') || name === '.') check.error(place, `a link named "${name}"`, 'Link Name')
  if (name.includes('\0')) check.error(place, 'a zero byte in a name', 'Link Name')
  if (target.kind === 'soft' && target.path.includes('\0')) {
    check.error(place, 'a zero byte in a path', 'Soft Link Value')
  }
  if (target.kind === 'external') {
    const value = { structure: externalLinkValue, address: place.address }
    if (target.version !== 0) check.error(value, `unknown version ${target.version}`, 'Version and Flags')
    if (target.flags !== 0) check.error(value, `unknown flags ${target.flags}`, 'Version and Flags')
    if (target.file === '') check.error(value, 'no name of a file', 'File Name')
    if (target.path === '') check.error(value, 'no path of an object', 'Object Path')
  }
}

/** Checks the links of a new-style group, which are messages of its header. */
export function checkCompactLinks(
  check: Checker,
  info: LinkInfo,
  links: readonly { link: LinkMessage; place: Place }[],
  onLink: OnLink,
): void {
  const names = new Set<string>()
  const orders = new Set<number>()
  for (const { link, place } of links) {
    if (names.has(link.name)) check.error(place, `two links named "${link.name}"`, 'Link Name')
    names.add(link.name)
    checkOrder(check, info, link, place)
    if (link.creationOrder !== undefined && orders.has(link.creationOrder)) {
      check.error(place, `two links with the creation order ${link.creationOrder}`, 'Creation Order')
    }
    orders.add(link.creationOrder ?? -1)
    checkLink(check, link, place)
    onLink(link, place)
  }
}

/** Links say when they were made exactly where their group keeps track of it. */
function checkOrder(check: Checker, info: LinkInfo, link: LinkMessage, place: Place): void {
  const tracked = (info.flags & CREATION_ORDER_TRACKED) !== 0
  const { creationOrder } = link
  if (tracked !== (creationOrder !== undefined)) {
    const what = tracked
      ? 'no creation order in a group that tracks it'
      : 'a creation order in a group that tracks none'
    check.error(place, what, 'Creation Order')
  } else if (creationOrder !== undefined && creationOrder >= info.maximumCreationIndex) {
    const what = `creation order ${creationOrder}, the group's maximum is ${info.maximumCreationIndex}`
    check.error(place, what, 'Creation Order')
  }
}

/** What a link info message says of itself. */
export function checkLinkInfo(check: Checker, info: LinkInfo, place: Place): void {
  const indexed = (info.flags & CREATION_ORDER_INDEXED) !== 0
  if (indexed && (info.flags & CREATION_ORDER_TRACKED) === 0) {
    check.error(place, 'creation order is indexed and not tracked', 'Flags')
  }
  const dense = info.fractalHeap !== UNDEFINED
  const wrong = (address: number): boolean => (address !== UNDEFINED) !== dense
  if (wrong(info.nameIndex)) {
    const what = dense ? 'a heap of links without an index' : 'an index of links without a heap'
    check.error(place, what, 'Address of v2 B-tree for Name Index')
  }
  if (indexed && wrong(info.creationOrderIndex)) {
    const what = dense ? 'a heap of links without an index' : 'an index of links without a heap'
    check.error(place, what, 'Address of v2 B-tree for Creation Order Index')
  }
}

/** Checks the links of a new-style group that are in a fractal heap. */
export function checkDenseLinks(check: Checker, info: LinkInfo, place: Place, onLink: OnLink): void {
  const heap = checkFractalHeap(check, info.fractalHeap, USE, LINK_HEAP_ID, { ...place, field: 'Fractal Heap Address' })
  if (info.nameIndex === UNDEFINED) return
  let previous: { hash: number; name: string } | undefined
  let found = 0
  const orders = new Set<number>()
  const byName = checkTreeV2(
    check,
    info.nameIndex,
    {
      types: [5],
      recordSizes: () => ({ least: 4 + LINK_HEAP_ID, most: 4 + LINK_HEAP_ID }),
      use: USE,
      // Names with the same hash stand in the order of their bytes, which is looked at with the links.
      compare: (before, after) => (linkNameHash(before) <= linkNameHash(after) ? -1 : 1),
      record: (record, node) => {
        found++
        const object = heap?.object(linkNameHeapId(record), node)
        if (object === undefined) return
        const at = { structure: linkMessage, address: object.address }
        const link = check.decodeBytes(linkMessage, object.bytes, object.address, undefined)
        if (link === undefined) return
        if (check.left > 0) check.error(at, `${check.left} bytes behind the link`, 'Link Information')
        const bytes = encodeText(link.name)
        const hash = linkNameHash(record)
        if (hash !== lookup3(bytes, 0, bytes.length)) {
          check.error(node, `the hash is not that of "${link.name}"`, 'Hash')
        } else if (previous?.hash === hash && compareText(previous.name, link.name) >= 0) {
          check.error(node, `two links named "${link.name}" or out of order`, 'Records')
        }
        previous = { hash, name: link.name }
        checkOrder(check, info, link, at)
        if (link.creationOrder !== undefined) orders.add(link.creationOrder)
        checkLink(check, link, at)
        onLink(link, at)
      },
    },
    { ...place, field: 'Address of v2 B-tree for Name Index' },
  )
  heap?.finish()
  if (info.creationOrderIndex !== UNDEFINED && byName !== undefined) {
    checkOrderIndex(check, info, place, { found, orders })
  }
}

function checkOrderIndex(
  check: Checker,
  info: LinkInfo,
  place: Place,
  { found, orders }: { found: number; orders: ReadonlySet<number> },
): void {
  let count = 0
  checkTreeV2(
    check,
    info.creationOrderIndex,
    {
      types: [6],
      recordSizes: () => ({ least: 8 + LINK_HEAP_ID, most: 8 + LINK_HEAP_ID }),
      use: USE,
      compare: (before, after) => unsigned(before, 0, 8) - unsigned(after, 0, 8),
      record: (record, node) => {
        count++
        if (linkOrderHeapId(record).length > 0 && !orders.has(unsigned(record, 0, 8))) {
          check.error(node, `no link has the creation order ${unsigned(record, 0, 8)}`, 'Records')
        }
      },
    },
    { ...place, field: 'Address of v2 B-tree for Creation Order Index' },
  )
  if (count !== found) {
    const what = `${found} links by name, ${count} by creation order`
    check.error(place, what, 'Address of v2 B-tree for Creation Order Index')
  }
}
