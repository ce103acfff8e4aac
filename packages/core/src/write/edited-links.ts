import { WriteError } from '../errors.ts'
import { openBTreeV2, recordCount, records } from '../format/b-tree-v2.ts'
import { LINK_HEAP_ID, linkNameHeapId } from '../format/b-tree-v2-records.ts'
import type { Extent } from '../format/extent.ts'
import type { FileImage } from '../format/file-image.ts'
import { openFractalHeap } from '../format/fractal-heap.ts'
import { openLocalHeap } from '../format/local-heap.ts'
import { groupInfoMessage } from '../format/messages/group-info.ts'
import type { LinkMessage, LinkTarget } from '../format/messages/link.ts'
import { EXTERNAL_LINK, HARD_LINK, linkMessage, SOFT_LINK } from '../format/messages/link.ts'
import type { LinkInfo } from '../format/messages/link-info.ts'
import { CREATION_ORDER_TRACKED, linkInfoMessage } from '../format/messages/link-info.ts'
import { GROUP_INFO, LINK, LINK_INFO, SYMBOL_TABLE } from '../format/messages/message-types.ts'
import type { SymbolTable } from '../format/messages/symbol-table.ts'
import { symbolTableMessage } from '../format/messages/symbol-table.ts'
import type { HeaderMessage } from '../format/object-header.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import { measure } from '../io/measure.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { FileSettings } from '../objects/file-settings.ts'
import type { Link } from '../objects/links.ts'
import { findLink, groupLinks } from '../objects/links.ts'
import { messageValue } from '../objects/messages.ts'
import { linkHeapExtents, linkIndexExtents } from '../objects/storage-extents.ts'
import type { EditedObject } from './edited-object.ts'
import type { Emitter } from './emitter.ts'
import type { DenseLinks, GroupStyle, LinkToStore } from './link-storage.ts'
import { buildDenseLinks, buildLinks, buildTable } from './link-storage.ts'
import { isAscii, UTF8 } from './object-context.ts'
import { extendedHeap, extendedTable } from './stored-links.ts'
import { TableEntries } from './symbol-table-builder.ts'

/**
 * The links of a group that is being changed. Those that the file has are read one by one only where some are taken
 * out: where others are added, they are written anew as they are.
 */
export class EditedLinks {
  changed = false
  readonly #image: FileImage
  readonly #header: ObjectHeader
  #style: GroupStyle
  /** Where the links are that were not read yet; undefined where all are in `#links`. */
  #stored: Stored | undefined
  /** By name; what the file has already with the bytes of its message. */
  #links = new Map<string, LinkToStore>()
  /** All links, when they are about to be written. */
  #ready: TableEntries | DenseLinks | undefined

  constructor(image: FileImage, header: ObjectHeader, settings: FileSettings) {
    const info = messageValue(image, header, LINK_INFO, linkInfoMessage)
    const table = messageValue(image, header, SYMBOL_TABLE, symbolTableMessage)
    this.#image = image
    this.#header = header
    this.#style =
      info === undefined ? { kind: 'symbol-table', constants: settings, place: table } : newStyle(image, header, info)
    this.#stored = storedPlace(image, info, table, this.#style)
    if (this.#stored === undefined) this.#links = allLinks(image, header)
  }

  /** Whether the group is one of old style, with a symbol table. */
  get isOld(): boolean {
    return this.#style.kind === 'symbol-table'
  }

  /** The link of a name; undefined where there is none. */
  find(name: string): Link | undefined {
    const link = this.#links.get(name)
    if (link !== undefined) return asLink(link)
    return this.#stored === undefined ? undefined : findLink(this.#image, this.#header, name)
  }

  /** All links. */
  values(): Iterable<LinkMessage> {
    return this.#all().values()
  }

  /**
   * Adds a link. Where the group is of an old style that has no such links, it becomes one of the new style.
   *
   * @param characterSet of the name: 0 ASCII, 1 UTF-8; by default what the name needs
   */
  add(name: string, target: LinkTarget, characterSet = isAscii(name) ? 0 : UTF8, type = typeOf(target)): void {
    if (this.find(name) !== undefined) throw new WriteError(`there is a link "${name}" already`)
    if (target.kind !== 'hard' && target.kind !== 'soft' && this.#style.kind === 'symbol-table') {
      this.#all()
      this.#style = {
        kind: 'link-messages',
        orderFlags: 0,
        nextCreationOrder: 0,
        info: groupInfoMessage.blank(),
        dense: false,
      }
    }
    const blank = linkMessage.blank()
    this.#links.set(name, { ...blank, name, target, characterSet, type, creationOrder: this.#nextOrder() })
    this.changed = true
  }

  /** Takes a link out; undefined where there is none of this name. */
  remove(name: string): LinkMessage | undefined {
    const links = this.#all()
    const link = links.get(name)
    if (link === undefined) return undefined
    links.delete(name)
    this.changed = true
    return link
  }

  #all(): Map<string, LinkToStore> {
    if (this.#stored === undefined) return this.#links
    const added = this.#links
    this.#links = allLinks(this.#image, this.#header)
    for (const [name, link] of added) this.#links.set(name, link)
    this.#stored = undefined
    return this.#links
  }

  #nextOrder(): number | undefined {
    const style = this.#style
    if (style.kind === 'symbol-table' || (style.orderFlags & CREATION_ORDER_TRACKED) === 0) return undefined
    return style.nextCreationOrder++
  }

  /** What the file has of the links outside the object header, save what stays where it is. */
  *extents(image: FileImage, header: ObjectHeader, settings: FileSettings): Generator<Extent> {
    const place = this.#style.kind === 'symbol-table' ? this.#style.place : undefined
    for (const extent of linkIndexExtents(image, header, settings)) if (extent.address !== place?.bTree) yield extent
    for (const extent of linkHeapExtents(image, header)) if (extent.address !== place?.localHeap) yield extent
  }

  /** Reads what is still to be read: nothing of the file has been overwritten yet. */
  prepare(emitter: Emitter): void {
    const style = this.#style
    if (style.kind === 'symbol-table' && style.place !== undefined) {
      style.localHeapSize = openLocalHeap(this.#image, style.place.localHeap).segment.length
    }
    const stored = this.#stored
    if (stored === undefined) return
    const added = [...this.#links.values()]
    if (stored.kind === 'table') this.#ready = extendedTable(this.#image, stored.table, added)
    else {
      const bodies = added.map((link) => emitter.encoded(linkMessage, link, undefined))
      this.#ready = extendedHeap(this.#image, stored.info, added, bodies)
    }
    if (this.#ready === undefined) this.#all()
  }

  /** Writes the links anew; the object's header has to be written after that. */
  emit(emitter: Emitter, object: EditedObject): void {
    const messages = this.#written(emitter)
    // What the group was made with stays as it is.
    const [info] = object.ofType(GROUP_INFO)
    const kept = info === undefined ? messages : messages.map((each) => (each.type === GROUP_INFO ? info : each))
    object.replace([SYMBOL_TABLE, LINK_INFO, GROUP_INFO, LINK], kept)
  }

  #written(emitter: Emitter): HeaderMessage[] {
    const style = this.#style
    const ready = this.#ready
    if (ready instanceof TableEntries && style.kind === 'symbol-table') return [buildTable(emitter, style, ready)]
    if (ready !== undefined && 'bodies' in ready && style.kind === 'link-messages') {
      return buildDenseLinks(emitter, style, ready)
    }
    return buildLinks(emitter, style, [...this.#all().values()])
  }
}

/** Where a group has links that need not be read one by one to be written anew with others. */
type Stored = { kind: 'table'; table: SymbolTable } | { kind: 'heap'; info: LinkInfo }

function storedPlace(
  image: FileImage,
  info: LinkInfo | undefined,
  table: SymbolTable | undefined,
  style: GroupStyle,
): Stored | undefined {
  if (info === undefined) return table === undefined ? undefined : { kind: 'table', table }
  if (info.fractalHeap === UNDEFINED || style.kind !== 'link-messages') return undefined
  // So few that they come back to the header once they are written again are read.
  const count = recordCount(openBTreeV2(image, info.nameIndex))
  return count < style.info.minimumDense ? undefined : { kind: 'heap', info }
}

function allLinks(image: FileImage, header: ObjectHeader): Map<string, LinkToStore> {
  const info = messageValue(image, header, LINK_INFO, linkInfoMessage)
  const links = new Map<string, LinkToStore>()
  for (const link of storedLinks(image, header, info)) links.set(link.name, link)
  return links
}

function asLink({ name, creationOrder, characterSet, type, target }: LinkMessage): Link {
  const common = { name, creationOrder, characterSet }
  switch (target.kind) {
    case 'hard':
      return { kind: 'hard', ...common, address: target.address }
    case 'soft':
      return { kind: 'soft', ...common, target: target.path }
    case 'external':
      return { kind: 'external', ...common, file: target.file, target: target.path }
    case 'user-defined':
      return { kind: 'user-defined', ...common, type, data: target.data }
  }
}

function typeOf(target: LinkTarget): number {
  switch (target.kind) {
    case 'hard':
      return HARD_LINK
    case 'soft':
      return SOFT_LINK
    case 'external':
      return EXTERNAL_LINK
    case 'user-defined':
      throw new WriteError('a user-defined link without a type')
  }
}

function newStyle(image: FileImage, header: ObjectHeader, info: LinkInfo): GroupStyle {
  return {
    kind: 'link-messages',
    orderFlags: info.flags,
    nextCreationOrder: info.maximumCreationIndex,
    info: messageValue(image, header, GROUP_INFO, groupInfoMessage) ?? groupInfoMessage.blank(),
    dense: info.fractalHeap !== UNDEFINED,
  }
}

function* storedLinks(image: FileImage, header: ObjectHeader, info: LinkInfo | undefined): Generator<LinkToStore> {
  if (info === undefined) {
    for (const link of groupLinks(image, header)) yield fromTable(link)
    return
  }
  if (info.fractalHeap !== UNDEFINED) {
    yield* denseLinks(image, info)
    return
  }
  for (const { address, length } of header.all(LINK)) {
    const link = stored(image, image.source.view(address, length).slice(), address)
    // What fills a message up in a header is not to come into a heap.
    link.body = link.body?.subarray(0, measure(linkMessage, link, image.sizes, undefined))
    yield link
  }
}

function fromTable(link: Link): LinkToStore {
  const { name } = link
  const stored = linkMessage.blank()
  stored.name = name
  if (link.kind === 'hard') {
    stored.target = { kind: 'hard', address: link.address }
    return stored
  }
  if (link.kind === 'soft') {
    stored.type = SOFT_LINK
    stored.target = { kind: 'soft', path: link.target }
    return stored
  }
  throw new WriteError(`"${name}" is neither a hard nor a soft link, and stands in a symbol table`)
}

function stored(image: FileImage, body: Uint8Array, address: number): LinkToStore {
  const link: LinkToStore = image.decode(linkMessage, body, address, undefined)
  link.body = body
  return link
}

/** Links in the order in which the heap has them, which reads each of its blocks once. */
function* denseLinks(image: FileImage, info: LinkInfo): Generator<LinkToStore> {
  const index = openBTreeV2(image, info.nameIndex)
  const ids = new Uint8Array(recordCount(index) * LINK_HEAP_ID)
  let at = 0
  for (const record of records(index)) {
    ids.set(linkNameHeapId(record), at)
    at += LINK_HEAP_ID
  }
  const heap = openFractalHeap(image, info.fractalHeap)
  for (const i of heap.storageOrder(ids.subarray(0, at), LINK_HEAP_ID)) {
    // The blocks of the heap stay as they are in memory, so that their parts need not be copied.
    const body = heap.object(ids.subarray(i * LINK_HEAP_ID, (i + 1) * LINK_HEAP_ID))
    yield stored(image, body, info.fractalHeap)
  }
}
