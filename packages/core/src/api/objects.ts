import type { Values } from '../datatype/values.ts'
import { decodeValues } from '../datatype/values.ts'
import { NotFoundError, TypeMismatchError } from '../errors.ts'
import type { FilterStep } from '../filters/pipeline.ts'
import type { FileImage } from '../format/file-image.ts'
import { commentMessage } from '../format/messages/comment.ts'
import type { DataLayout } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { elementCount } from '../format/messages/dataspace.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import { MODIFICATION_TIME, OBJECT_COMMENT, OLD_MODIFICATION_TIME } from '../format/messages/message-types.ts'
import { modificationTimeMessage, oldModificationTimeMessage } from '../format/messages/modification-time.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import { readObjectHeader } from '../format/read-object-header.ts'
import type { VirtualMapping } from '../format/virtual-mapping.ts'
import { readVirtualMappings } from '../format/virtual-mapping.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { ResolvedAttribute } from '../objects/attributes.ts'
import { attributeCount, findAttribute, objectAttributes } from '../objects/attributes.ts'
import type { DatasetFacts, ExternalFileSegment } from '../objects/dataset.ts'
import { datasetFacts, externalFiles, objectKind, typeFacts } from '../objects/dataset.ts'
import type { IndexOrder, Link } from '../objects/links.ts'
import { groupLinks } from '../objects/links.ts'
import { messageValue } from '../objects/messages.ts'
import { followLink, resolveLink, resolvePath } from '../objects/paths.ts'
import type { VisitedLink } from '../objects/visit.ts'
import { visitLinks } from '../objects/visit.ts'
import type { ChunkEntry } from '../storage/chunk-index.ts'
import { openChunkIndex } from '../storage/chunk-index.ts'
import type { RawDataset, Slab } from '../storage/raw-data.ts'
import { RawReader, rawSlabs, storageSize } from '../storage/raw-data.ts'
import type { File } from './file.ts'
import { currentShape } from './virtual-sources.ts'

/** A group, dataset or committed datatype. */
export type H5Object = Group | Dataset | NamedDatatype

/** What all objects have. */
abstract class ObjectBase {
  abstract readonly kind: 'group' | 'dataset' | 'datatype'
  /** The file that the object is in: another one than the path started in, where an external link was on the path. */
  readonly file: File
  /** The path by which the object was reached. */
  readonly path: string
  /** Of the object header. */
  readonly address: number

  /** The object header with all its messages. */
  readonly header: ObjectHeader

  constructor(file: File, header: ObjectHeader, path: string) {
    this.file = file
    this.header = header
    this.address = header.address
    this.path = path
  }

  protected get image(): FileImage {
    return this.file.image
  }

  /** Number of hard links to the object. */
  get referenceCount(): number {
    return this.header.referenceCount
  }

  /** Seconds since 1970 UTC, 0 where no time is stored. */
  get modificationTime(): number {
    const { header, image } = this
    if (header.version > 1) return header.modificationTime
    const time = messageValue(image, header, MODIFICATION_TIME, modificationTimeMessage)
    if (time !== undefined) return time.seconds
    return messageValue(image, header, OLD_MODIFICATION_TIME, oldModificationTimeMessage)?.seconds ?? 0
  }

  get comment(): string | undefined {
    return messageValue(this.image, this.header, OBJECT_COMMENT, commentMessage)?.comment
  }

  /** Number of attributes. */
  get attributeCount(): number {
    return attributeCount(this.image, this.header)
  }

  attributes(order: IndexOrder = 'name'): Attribute[] {
    return objectAttributes(this.image, this.header, order).map((attribute) => new Attribute(this.file, attribute))
  }

  attributeNames(order: IndexOrder = 'name'): string[] {
    return this.attributes(order).map((attribute) => attribute.name)
  }

  /** The attribute of a name; NotFoundError where there is none. */
  attribute(name: string): Attribute {
    return new Attribute(this.file, findAttribute(this.image, this.header, name))
  }
}

/** A set of links to objects. */
export class Group extends ObjectBase {
  readonly kind = 'group'

  links(order: IndexOrder = 'name'): Generator<Link> {
    return groupLinks(this.image, this.header, order)
  }

  /** The names of the links. */
  keys(order: IndexOrder = 'name'): string[] {
    return [...this.links(order)].map((link) => link.name)
  }

  /** All links below the group, each group's links behind the first hard link to it. */
  visit(order: IndexOrder = 'name'): Generator<VisitedLink> {
    return visitLinks(this.image, this.address, order)
  }

  /** The object at a path, all links followed; NotFoundError where there is none. */
  get(path: string): H5Object {
    const place = resolvePath(this, path)
    return place.file.object(place.address, joinPath(this.path, path))
  }

  /** The last link of a path, not followed; NotFoundError where there is none. */
  link(path: string): Link {
    return resolveLink(this, path).link
  }

  /** The object that one of this group's links leads to. */
  follow(link: Link): H5Object {
    const place = followLink<File>(this, link)
    return place.file.object(place.address, joinPath(this.path, link.name))
  }
}

function joinPath(base: string, path: string): string {
  if (path.startsWith('/')) return path
  return base.endsWith('/') ? base + path : `${base}/${path}`
}

/** A committed datatype. */
export class NamedDatatype extends ObjectBase {
  readonly kind = 'datatype'

  get type(): Datatype {
    return typeFacts(this.image, this.header).type
  }
}

/** An array of elements of one type. */
export class Dataset extends ObjectBase {
  readonly kind = 'dataset'
  #facts: DatasetFacts | undefined

  get #described(): DatasetFacts {
    this.#facts ??= this.#describe()
    return this.#facts
  }

  #describe(): DatasetFacts {
    const facts = datasetFacts(this.image, this.header)
    if (facts.layout.kind !== 'virtual' || facts.space.kind !== 'simple') return facts
    const dimensions = currentShape(this.file, facts.space.dimensions, readVirtualMappings(this.image, facts.layout))
    return { ...facts, space: { ...facts.space, dimensions } }
  }

  get type(): Datatype {
    return this.#described.type
  }

  /** Address of the committed datatype that the dataset uses. */
  get committed(): number | undefined {
    return this.#described.committed
  }

  get space(): Dataspace {
    return this.#described.space
  }

  /** Size along each axis, in elements; empty for a scalar. */
  get shape(): number[] {
    return this.space.dimensions
  }

  /** Largest size along each axis; null where it is unlimited. */
  get maxShape(): (number | null)[] {
    return (this.space.maximum ?? this.space.dimensions).map((size) => (size === UNDEFINED ? null : size))
  }

  get layout(): DataLayout {
    return this.#described.layout
  }

  /** Size of a chunk along each axis, in elements; undefined where the dataset is not chunked. */
  get chunkShape(): number[] | undefined {
    return this.layout.kind === 'chunked' ? this.layout.dimensions : undefined
  }

  get filters(): readonly FilterStep[] {
    return this.#described.filters
  }

  /** One element in the dataset's type; undefined where none is set, which reads as zeros. */
  get fillValue(): Uint8Array | undefined {
    return this.#described.fill
  }

  /** Where the elements are, when they are in other files. */
  get externalFiles(): ExternalFileSegment[] {
    return externalFiles(this.image, this.header)
  }

  /** Which parts of a virtual dataset are elements of which other datasets; none where it is not virtual. */
  get mappings(): VirtualMapping[] {
    const { layout } = this
    return layout.kind === 'virtual' ? readVirtualMappings(this.image, layout) : []
  }

  /** Bytes that the elements take in the file. */
  get storageSize(): number {
    return storageSize(this.#raw)
  }

  /** The chunks that are stored, in the order of their index; none where the dataset is not chunked. */
  *chunks(): Generator<ChunkEntry> {
    const { layout, space } = this
    if (layout.kind === 'chunked') yield* openChunkIndex(this.image, layout, space).entries()
  }

  /** All elements in C order, about `budget` bytes at a time, in the dataset's own type. */
  slabs(budget?: number): Generator<Slab> {
    return rawSlabs(this.#raw, budget)
  }

  /** The bytes of all elements in C order, in the dataset's own type. */
  raw(): Uint8Array {
    const { space } = this
    if (space.kind === 'null') return new Uint8Array(0)
    return new RawReader(this.#raw).read({ start: space.dimensions.map(() => 0), count: space.dimensions })
  }

  /** All elements in C order as JavaScript values. */
  read(): Values {
    return decodeValues(this.type, this.raw(), elementCount(this.space), this.file)
  }

  get #raw(): RawDataset {
    const { space, type, layout, filters, fill } = this.#described
    return {
      image: this.image,
      space,
      elementSize: type.size,
      layout,
      filters,
      fill,
      external: this.externalFiles.length > 0,
    }
  }
}

/** A small named array that belongs to an object. */
export class Attribute {
  readonly file: File
  readonly name: string
  readonly type: Datatype
  /** Address of the committed datatype that the attribute uses. */
  readonly committed: number | undefined
  readonly space: Dataspace
  readonly #data: Uint8Array

  constructor(file: File, attribute: ResolvedAttribute) {
    this.file = file
    this.name = attribute.name
    this.type = attribute.type
    this.committed = attribute.committed
    this.space = attribute.space
    this.#data = attribute.data
  }

  /** Size along each axis; empty for a scalar. */
  get shape(): number[] {
    return this.space.dimensions
  }

  /** The bytes of all elements in C order, in the attribute's own type. */
  raw(): Uint8Array {
    return this.#data
  }

  /** All elements in C order as JavaScript values. */
  read(): Values {
    return decodeValues(this.type, this.raw(), elementCount(this.space), this.file)
  }
}

/** Makes the object whose header is at an address. */
export function openObject(file: File, address: number, path: string): H5Object {
  if (address === UNDEFINED) throw new NotFoundError(`"${path}" leads nowhere`, { path })
  const header = readObjectHeader(file.image, address)
  switch (objectKind(header)) {
    case 'group':
      return new Group(file, header, path)
    case 'dataset':
      return new Dataset(file, header, path)
    case 'datatype':
      return new NamedDatatype(file, header, path)
    default:
      throw new TypeMismatchError('neither a group, a dataset nor a datatype', { path, address })
  }
}
