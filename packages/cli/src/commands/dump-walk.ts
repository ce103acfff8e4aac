import type { Attribute, Dataset, Group, H5Object, Link, NamedDatatype } from '@h5kit/core'
import { Hdf5Error, LimitError } from '@h5kit/core'
import type { File } from '@h5kit/core/node'
import type { DumpOptions } from '../options/dump.ts'
import type { Selected } from '../options/subset.ts'
import type { DumpRenderer, Naming } from '../render/dump/renderer.ts'
import type { FileTables } from './dump-files.ts'
import { ObjectIds } from './dump-ids.ts'
import type { ObjectTables, Order } from './dump-tables.ts'
import { linksInOrder, withFacts } from './dump-tables.ts'

/** Says what went wrong; the dump goes on and ends with status 1. */
export type Failed = (what: string) => void

/** Groups within groups that are dumped at most; deeper ones can only be damage or malice. */
const DEEPEST = 1_000

function pathIn({ path }: Group, name: string): string {
  return path.endsWith('/') ? path + name : `${path}/${name}`
}

/** Goes through objects in the order in which they are dumped, and tells the renderer of them. */
export class DumpWalk {
  readonly #options: DumpOptions
  readonly #renderer: DumpRenderer
  readonly #failed: Failed
  readonly #files: FileTables
  readonly #ids: ObjectIds
  readonly #order: Order
  #depth = 0

  constructor(options: DumpOptions, renderer: DumpRenderer, files: FileTables, failed: Failed) {
    this.#options = options
    this.#renderer = renderer
    this.#failed = failed
    this.#files = files
    this.#order = { by: options.sortBy, descending: options.descending }
    this.#ids = new ObjectIds(options, files.current.datasetCount)
  }

  get #tables(): ObjectTables {
    return this.#files.current
  }

  #objectId(kind: 'group' | 'dataset' | 'attribute'): string | undefined {
    const id = this.#ids.next(kind)
    return this.#options.objectIds ? id : undefined
  }

  /** What a committed datatype is called; undefined for a type that is not committed. */
  typeName(committed: number | undefined): string | undefined {
    if (committed === undefined) return undefined
    const name = this.#tables.typeName(committed)
    if (name === undefined) this.#failed('unknown committed type')
    return name === undefined ? '' : `"${name}"`
  }

  group(level: number, name: string, group: Group): void {
    if (++this.#depth > DEEPEST) throw new LimitError(`groups nested more than ${DEEPEST} deep`, { path: group.path })
    const renderer = this.#renderer
    renderer.beginGroup(level, name)
    if (name === '/' && this.#files.anyUnnamed) this.#unnamedTypes(level + 1)
    renderer.groupFacts(level + 1, group, this.#objectId('group'))
    const before = this.#tables.display(group)
    if (before !== undefined) renderer.sameAs(level + 1, before)
    else {
      this.attributes(level + 1, group)
      this.#links(level + 1, group)
    }
    renderer.endGroup(level)
    this.#depth--
  }

  #unnamedTypes(level: number): void {
    for (const address of this.#tables.unnamed) {
      const type = this.#tables.file.object(address)
      if (type.kind === 'datatype') this.datatype(level, `#${address}`, type)
    }
  }

  /** A committed datatype that no link leads to, by what it is called: /#address. */
  unnamedType(name: string): NamedDatatype | undefined {
    const address = this.#tables.unnamed.find((each) => name === `/#${each}`)
    const object = address === undefined ? undefined : this.#tables.file.object(address)
    return object?.kind === 'datatype' ? object : undefined
  }

  attributes(level: number, object: H5Object): void {
    if (!this.#options.attributes) return
    this.#ids.pass(object.kind)
    let attributes: Attribute[]
    try {
      attributes = object.attributes(this.#order.by)
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
      this.#failed(`error getting attribute information: ${error.message}`)
      return
    }
    if (this.#order.descending) attributes.reverse()
    for (const attribute of attributes) this.attribute(level, attribute)
  }

  attribute(level: number, attribute: Attribute): void {
    this.#renderer.attribute(level, attribute, {
      typeName: this.typeName(attribute.committed),
      objectId: this.#objectId('attribute'),
    })
  }

  /** Each link of a group. One that cannot be followed ends the group, as in the reference. */
  #links(level: number, group: Group): void {
    this.#ids.pass('group')
    try {
      for (const link of linksInOrder(group, this.#order)) this.#link(level, group, link)
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
      this.#failed(`unable to dump group "${group.path}": ${error.message}`)
    }
  }

  #link(level: number, group: Group, link: Link): void {
    const renderer = this.#renderer
    switch (link.kind) {
      case 'soft':
        renderer.softLink(level, link)
        return
      case 'user-defined':
        renderer.userDefinedLink(level, link)
        return
      case 'external':
        renderer.beginExternalLink(level, link)
        this.#external(level + 2, group, link)
        renderer.endExternalLink(level)
        return
      case 'hard':
        this.#object(level, link.name, group.file.object(link.address, pathIn(group, link.name)))
    }
  }

  #object(level: number, name: string, object: H5Object): void {
    switch (object.kind) {
      case 'group':
        this.group(level, name, object)
        return
      case 'dataset': {
        const before = this.#displayedDataset(object)
        if (before === undefined) this.dataset(level, name, object, undefined)
        else {
          this.#ids.pass('dataset')
          this.#renderer.repeatedDataset(level, name, before)
        }
        return
      }
      case 'datatype':
        this.datatype(level, name, object)
    }
  }

  /** A dataset with one link is dumped whenever it is come upon; where it is in another file, once. */
  #displayedDataset(dataset: Dataset): string | undefined {
    return dataset.referenceCount > 1 || this.#files.throughLink ? this.#tables.display(dataset) : undefined
  }

  dataset(level: number, name: string, dataset: Dataset, selected: Selected | undefined): void {
    withFacts(dataset)
    const naming: Naming = { typeName: this.typeName(dataset.committed), objectId: this.#objectId('dataset') }
    this.#renderer.beginDataset(level, name, dataset, naming, selected)
    if (this.#options.binary === undefined) this.attributes(level + 1, dataset)
    this.#renderer.endDataset(level)
  }

  /** A dataset that is asked for, or that an external link leads to. */
  namedDataset(level: number, name: string, dataset: Dataset, selected: Selected | undefined): void {
    const before = this.#displayedDataset(dataset)
    if (before === undefined) this.dataset(level, name, dataset, selected)
    else this.#renderer.repeatedDataset(level, name, before)
  }

  datatype(level: number, name: string, datatype: NamedDatatype): void {
    // One that cannot be read is not begun.
    void datatype.type
    const known = this.#tables.display(datatype)
    const before = datatype.referenceCount > 1 || this.#files.throughLink ? known : undefined
    this.#renderer.beginDatatype(level, name, datatype, before)
    if (before === undefined) this.attributes(level + 1, datatype)
    this.#renderer.endDatatype(level)
  }

  /** What an external link leads to, unless that is in the file that is being dumped. */
  #external(level: number, group: Group, link: Extract<Link, { kind: 'external' }>): void {
    this.#ids.pass('group')
    let target: H5Object
    try {
      target = group.follow(link)
      if (!this.#files.enter(target.file as File, this.#order)) return
    } catch (error) {
      // What leads nowhere is no mistake.
      if (error instanceof Hdf5Error) return
      throw error
    }
    try {
      if (target.kind === 'group') this.group(level, link.target, target)
      else if (target.kind === 'dataset') this.namedDataset(level, link.target, target, undefined)
      else this.datatype(level, link.target, target)
    } finally {
      this.#files.leave()
    }
  }
}
