import type { LinkMessage } from '../format/messages/link.ts'
import { HARD_LINK, SOFT_LINK } from '../format/messages/link.ts'
import type { SymbolTable } from '../format/messages/symbol-table.ts'
import { cachedTable, SOFT_LINK_CACHED, symbolTableEntry, symbolTableNode } from '../format/symbol-table-node.ts'
import { addressAt } from '../io/address.ts'
import { unsigned } from '../io/integer.ts'
import { Span } from '../io/span.ts'
import { UNDEFINED } from '../io/structure.ts'
import { compareText } from '../io/text.ts'
import { checkTreeV1 } from './check-b-tree-v1.ts'
import type { OnLink } from './check-group.ts'
import { checkLink } from './check-group.ts'
import type { CheckedLocalHeap } from './check-local-heap.ts'
import { checkLocalHeap, heapText, isFree } from './check-local-heap.ts'
import type { Checker } from './checker.ts'
import { wrongLetters } from './checking-reader.ts'
import type { Place } from './finding.ts'

const USE = 'group-storage'
const GROUP = 0

/** Half the entries of the nodes of an old-style group, as the file says. */
export interface GroupNodeSizes {
  groupLeafK: number
  groupInternalK: number
}

/** What the scratch-pad of an entry says of the group that it leads to. */
export type OnCachedGroup = (header: number, table: SymbolTable, place: Place) => void

/** Checks the links of an old-style group: its B-tree, symbol table nodes and local heap. */
export function checkSymbolTable(
  check: Checker,
  table: SymbolTable,
  sizes: GroupNodeSizes,
  from: Place,
  onLink: OnLink,
  onCachedGroup: OnCachedGroup,
): void {
  const heap = checkLocalHeap(check, table.localHeap, USE, { ...from, field: 'Local Heap Address' })
  const walk = new SymbolTableWalk(check, heap, sizes.groupLeafK, onLink, onCachedGroup)
  const width = check.image.sizes.lengths
  const nameAt = (keys: Uint8Array, at: number): string | undefined => heap?.heap.find(unsigned(keys, at, width))
  checkTreeV1(
    check,
    table.bTree,
    {
      type: GROUP,
      keySize: width,
      capacity: 2 * sizes.groupInternalK,
      use: USE,
      disorder(keys, before, after) {
        if (heap === undefined) return undefined
        const first = nameAt(keys, before)
        const second = nameAt(keys, after)
        if (first === undefined || second === undefined) return 'no name in the local heap'
        return compareText(first, second) >= 0 ? `"${first}" in front of "${second}"` : undefined
      },
      leaf: (child, keys, key, stride, node) =>
        walk.node(child, nameAt(keys, key), nameAt(keys, key + stride), { ...node, field: 'Child Pointer' }),
    },
    { ...from, field: 'v1 B-tree Address' },
  )
}

class SymbolTableWalk {
  readonly #check: Checker
  readonly #heap: CheckedLocalHeap | undefined
  readonly #leafK: number
  readonly #onLink: OnLink
  readonly #onCachedGroup: OnCachedGroup
  readonly #seen = new Set<number>()
  #before: string | undefined

  constructor(
    check: Checker,
    heap: CheckedLocalHeap | undefined,
    leafK: number,
    onLink: OnLink,
    onCachedGroup: OnCachedGroup,
  ) {
    this.#check = check
    this.#heap = heap
    this.#leafK = leafK
    this.#onLink = onLink
    this.#onCachedGroup = onCachedGroup
  }

  /** @param above the name that all names of the node are behind; `last` the one that they do not go beyond */
  node(address: number, above: string | undefined, last: string | undefined, from: Place): void {
    const check = this.#check
    const { sizes } = check.image
    const size = sizes.offsets + sizes.lengths + 24
    const place = { structure: symbolTableNode, address }
    if (this.#seen.has(address)) {
      check.error(from, `symbol table node ${address} comes twice`)
      return
    }
    this.#seen.add(address)
    if (!check.inside(address, 8, from)) return
    const head = check.peek(address, 8)
    const count = head[6] | (head[7] << 8)
    if (count > 2 * this.#leafK) {
      if (wrongLetters(head, 'SNOD') > 1) {
        check.error(from, `no ${symbolTableNode.name} at address ${address}`)
        return
      }
      check.error(place, `${count} symbols in a node for ${2 * this.#leafK}`, 'Number of Symbols')
      return
    }
    if (count === 0) check.error(place, 'a node without symbols', 'Number of Symbols')
    const reading = { use: USE, allocated: 8 + 2 * this.#leafK * size } as const
    const node = check.decode(symbolTableNode, address, 8 + count * size, undefined, from, reading)
    if (node === undefined) return
    const first = this.#before
    for (let i = 0; i < count; i++) {
      const { data, start } = node.entries
      const at = start + i * size
      const name =
        this.#plain(data, at, address + 8 + i * size) ?? this.#entry(new Span(data, at, size), address + 8 + i * size)
      if (name === undefined) continue
      const bound = i === 0 && first === undefined ? above : this.#before
      if (bound !== undefined && compareText(bound, name) >= 0 && !(bound === '' && name === '')) {
        check.error(place, `"${name}" behind "${bound}"`, 'Group Entries')
      }
      if (last !== undefined && compareText(name, last) > 0) {
        check.error(from, `"${name}" behind the key "${last}" that follows it`, 'Keys and Child Pointers')
      }
      if (above !== undefined && compareText(name, above) <= 0) {
        check.error(from, `"${name}" in front of its key "${above}"`, 'Keys and Child Pointers')
      }
      this.#before = name
    }
  }

  /** As `#entry`, of a hard link of which nothing is cached, as most are; undefined for others, and where it is wrong. */
  #plain(data: Uint8Array, start: number, address: number): string | undefined {
    const check = this.#check
    const { sizes } = check.image
    const at = start + sizes.lengths + sizes.offsets
    if (this.#heap === undefined || check.observer !== undefined) return undefined
    for (let i = at; i < at + 8; i++) if (data[i] !== 0) return undefined
    const place = { structure: symbolTableEntry, address, field: 'Object Header Address' }
    const offset = unsigned(data, start, sizes.lengths)
    const name = isFree(this.#heap, offset) ? undefined : this.#heap.heap.find(offset)
    if (name === undefined) return undefined
    this.#link(name, { kind: 'hard', address: addressAt(data, start + sizes.lengths, sizes) }, place)
    return name
  }

  /** Looks at one entry; gives the name of its link. */
  #entry(bytes: Span, address: number): string | undefined {
    const check = this.#check
    const place = { structure: symbolTableEntry, address }
    const entry = check.decodeBytes(symbolTableEntry, bytes, address, undefined)
    if (entry === undefined || this.#heap === undefined) return undefined
    const { cacheType, headerAddress, scratch, nameOffset } = entry
    const name = heapText(check, this.#heap, nameOffset, { ...place, field: 'Link Name Offset' })
    if (cacheType === SOFT_LINK_CACHED) {
      const field = 'Offset to Link Value'
      const path = heapText(check, this.#heap, unsigned(scratch, 0, 4), { ...place, field })
      if (headerAddress !== UNDEFINED && headerAddress !== 0) {
        check.warn(place, 'a soft link with the address of an object', 'Object Header Address')
      }
      if (name !== undefined && path !== undefined) this.#link(name, { kind: 'soft', path }, place)
      return name
    }
    if (name !== undefined) this.#link(name, { kind: 'hard', address: headerAddress }, place)
    const table = cachedTable(entry, check.image.sizes)
    if (table !== undefined) this.#onCachedGroup(headerAddress, table, place)
    return name
  }

  #link(name: string, target: LinkMessage['target'], place: Place): void {
    const type = target.kind === 'hard' ? HARD_LINK : SOFT_LINK
    const link = { version: 1, flags: 0, type, creationOrder: undefined, characterSet: 0, name, target }
    checkLink(this.#check, link, place)
    this.#onLink(link, place)
  }
}
