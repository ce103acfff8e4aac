import type { Attribute, Dataset, Datatype, Group, H5Object, Link, NamedDatatype } from '@h5kit/core'
import { Hdf5Error, LimitError } from '@h5kit/core'
import type { File } from '@h5kit/core/node'
import type { XmlOptions } from '../options/dump.ts'
import { attempt } from '../render/attempt.ts'
import { escapeName } from '../render/xml/escape.ts'
import type { CommittedType, Place, Pointer } from '../render/xml/renderer.ts'
import { XmlRenderer } from '../render/xml/renderer.ts'
import type { DumpFile } from './dump.ts'
import { tablesOf } from './dump.ts'
import type { ObjectTables, Order } from './dump-tables.ts'
import { linksInOrder, visitFile } from './dump-tables.ts'
import type { Failed } from './dump-walk.ts'
import { ObjectXids } from './dump-xids.ts'

/** Groups within groups that are dumped at most; deeper ones can only be damage or malice. */
const DEEPEST = 1_000

/** Prepares the dumping of files in XML. */
export function xmlDump(xml: XmlOptions): DumpFile {
  const ids = new ObjectXids()
  // The reference takes the place of the schema, which it has found for the first file, for one given by the user.
  let uri = xml.uri
  return ({ file, options, outputs, failed, note }) => {
    if (uri !== undefined && xml.schema && xml.prefix !== '') {
      failed('the place of a schema cannot be set for qualified names, nor can there be several files: see --xml-ns')
      return 'stop'
    }
    uri = xml.uri ?? ''
    const order: Order = { by: options.sortBy, descending: options.descending }
    const files = tablesOf(file, order, failed)
    if (files === undefined) return 'stop'
    const paths = new PathTable(file, order)
    const renderer = new XmlRenderer(options, xml, outputs, (...reference) => paths.pathOf(...reference), note)
    renderer.beginDocument()
    new XmlWalk(renderer, files.current, order, ids, failed).root()
    renderer.endDocument()
    return 'done'
  }
}

/** The paths of a file's objects, gathered when the first reference asks for one. */
class PathTable {
  readonly #file: File
  readonly #order: Order
  #paths: Map<number, string> | undefined

  constructor(file: File, order: Order) {
    this.#file = file
    this.#order = order
  }

  /** The path of what an element refers to; undefined where it is NULL, or refers to what cannot be opened. */
  pathOf(file: H5Object['file'], type: Extract<Datatype, { class: 'reference' }>, bytes: Uint8Array, at: number) {
    const reference = file.reference(type, bytes, at)
    if (reference?.kind !== 'object') return undefined
    const target = attempt(() => file.object(reference.address))
    return target === undefined ? undefined : this.#all().get(target.address)
  }

  #all(): Map<number, string> {
    if (this.#paths === undefined) {
      this.#paths = new Map()
      for (const visited of visitFile(this.#file, this.#order)) {
        if (visited.kind === 'object' && visited.before === undefined) {
          const { address } = visited.object
          if (!this.#paths.has(address)) this.#paths.set(address, visited.path)
        }
      }
    }
    return this.#paths
  }
}

/** Where the walk is: a group, its path (empty for the root group), and what identifies it. */
interface Inside {
  group: Group
  path: string
  id: string
}

/** Goes through a file in the order in which it is dumped in XML. External links are not followed. */
class XmlWalk {
  readonly #renderer: XmlRenderer
  readonly #tables: ObjectTables
  readonly #order: Order
  readonly #ids: ObjectXids
  readonly #failed: Failed

  constructor(renderer: XmlRenderer, tables: ObjectTables, order: Order, ids: ObjectXids, failed: Failed) {
    this.#renderer = renderer
    this.#tables = tables
    this.#order = order
    this.#ids = ids
    this.#failed = failed
  }

  get #file(): File {
    return this.#tables.file
  }

  root(): void {
    const group = this.#file.root
    const inside = { group, path: '', id: this.#ids.of(group) }
    this.#renderer.beginRoot(inside.id)
    this.#displayedBefore(group)
    this.#attributes(1, group)
    for (const address of this.#tables.unnamed) {
      const type = this.#file.object(address)
      if (type.kind === 'datatype') this.#datatype(1, `#${address}`, this.#ids.makeUp(this.#file), type, inside)
    }
    this.#links(1, inside)
    this.#renderer.endRoot()
  }

  #group(level: number, name: string, group: Group, within: Inside): void {
    if (level > DEEPEST) throw new LimitError(`groups nested more than ${DEEPEST} deep`, { path: group.path })
    const id = this.#ids.of(group)
    const place = placeOf(name, id, within)
    const before = this.#displayedBefore(group)
    if (before !== undefined) {
      this.#renderer.repeatedGroup(level, place, this.#ids.repetition(), before)
      return
    }
    this.#renderer.beginGroup(level, place)
    this.#attributes(level + 1, group)
    this.#links(level + 1, { group, path: place.path, id })
    this.#renderer.endGroup(level)
  }

  /** Where an object with several links was dumped before. */
  #displayedBefore(object: H5Object): Pointer | undefined {
    const path = object.referenceCount > 1 ? this.#tables.display(object) : undefined
    return path === undefined ? undefined : { id: this.#ids.of(object), path }
  }

  #attributes(level: number, object: H5Object): void {
    let attributes: Attribute[]
    try {
      attributes = object.attributes(this.#order.by)
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
      this.#failed(`error getting attribute information: ${error.message}`)
      return
    }
    if (this.#order.descending) attributes.reverse()
    for (const attribute of attributes) {
      this.#renderer.attribute(level, attribute, this.#committed(attribute.committed))
    }
  }

  /** Each link of a group. One that cannot be followed ends the group, as in the reference. */
  #links(level: number, inside: Inside): void {
    try {
      for (const link of linksInOrder(inside.group, this.#order)) this.#link(level, link, inside)
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
      this.#failed(`unable to dump group "${inside.path || '/'}": ${error.message}`)
    }
  }

  #link(level: number, link: Link, inside: Inside): void {
    const renderer = this.#renderer
    if (link.kind === 'hard') {
      this.#object(level, link.name, inside.group.follow(link), inside)
      return
    }
    const { path } = placeOf(link.name, '', inside)
    // The reference looks for what the escaped path leads to.
    const place = placeOf(link.name, this.#idAt(escapeName(path)) ?? this.#ids.makeUp(this.#file), inside)
    switch (link.kind) {
      case 'soft': {
        const target = link.target.startsWith('/') ? link.target : `${inside.path}/${link.target}`
        renderer.softLink(level, place, link, this.#idAt(target))
        return
      }
      case 'external':
        renderer.externalLink(level, place, link)
        return
      case 'user-defined':
        renderer.userDefinedLink(level, place, link)
    }
  }

  /** Identifies what a path leads to, unless its last link leads out of the file, or nowhere. */
  #idAt(path: string): string | undefined {
    return attempt(() => {
      if (path !== '/' && !['hard', 'soft'].includes(this.#file.link(path).kind)) return undefined
      return this.#ids.of(this.#file.get(path))
    })
  }

  #object(level: number, name: string, object: H5Object, within: Inside): void {
    const id = this.#ids.of(object)
    switch (object.kind) {
      case 'group':
        this.#group(level, name, object, within)
        return
      case 'dataset':
        this.#dataset(level, placeOf(name, id, within), object)
        return
      case 'datatype':
        this.#datatype(level, name, id, object, within)
    }
  }

  #dataset(level: number, place: Place, dataset: Dataset): void {
    const before = this.#displayedBefore(dataset)
    if (before !== undefined) {
      this.#renderer.repeatedDataset(level, place, this.#ids.repetition(), before)
      return
    }
    this.#renderer.beginDataset(level, place, dataset, this.#committed(dataset.committed))
    this.#attributes(level + 1, dataset)
    this.#renderer.endDataset(level, dataset)
  }

  #datatype(level: number, name: string, id: string, datatype: NamedDatatype, within: Inside): void {
    const before = name.startsWith('#') ? undefined : this.#displayedBefore(datatype)
    this.#renderer.datatype(level, placeOf(name, id, within), datatype, before)
  }

  #committed(address: number | undefined): CommittedType | undefined {
    if (address === undefined) return undefined
    const entry = this.#tables.types.get(address)
    if (entry === undefined) return 'unknown'
    // A type that no link leads to is identified by the dataset that uses it.
    const { path, named } = entry
    return { id: this.#idAt(path) ?? this.#ids.makeUp(this.#file), path: named ? path : undefined }
  }
}

function placeOf(name: string, id: string, { path, id: parentId }: Inside): Place {
  return { name, path: `${path}/${name}`, id, parentPath: path === '' ? '/' : path, parentId }
}
