import { NotFoundError } from '../errors.ts'
import type { Selection } from '../format/dataspace-selection.ts'
import type { FileImage } from '../format/file-image.ts'
import { commentMessage } from '../format/messages/comment.ts'
import { MODIFICATION_TIME, OBJECT_COMMENT, OLD_MODIFICATION_TIME } from '../format/messages/message-types.ts'
import { modificationTimeMessage, oldModificationTimeMessage } from '../format/messages/modification-time.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import { readObjectHeader } from '../format/read-object-header.ts'
import type { Reference } from '../format/reference.ts'
import { attributeCount, findAttribute, objectAttributes } from '../objects/attributes.ts'
import type { IndexOrder } from '../objects/links.ts'
import { messageValue } from '../objects/messages.ts'
import { components } from '../objects/paths.ts'
import type { StorageExtent } from '../objects/storage-extents.ts'
import { objectExtents } from '../objects/storage-extents.ts'
import type { ObjectSizes } from '../objects/storage-sizes.ts'
import { objectSizes } from '../objects/storage-sizes.ts'
import { Attribute } from './attribute.ts'
import type { File } from './file.ts'
import { about, aboutEach } from './located.ts'
import type { DatasetOptions } from './new-dataset.ts'
import type { ArrayData } from './new-values.ts'

/** What all objects have. */
export abstract class ObjectBase {
  abstract readonly kind: 'group' | 'dataset' | 'datatype'
  /** The file that the object is in: another one than the path started in, where an external link was on the path. */
  readonly file: File
  /** The path by which the object was reached. */
  readonly path: string
  /** Of the object header. */
  readonly address: number
  #header: ObjectHeader | undefined
  /** That of the image when the header was read. */
  #generation = 0

  /** @param header or its address */
  constructor(file: File, header: ObjectHeader | number, path: string) {
    this.file = file
    this.path = path
    if (typeof header === 'number') this.address = header
    else {
      this.address = header.address
      this.#header = header
      this.#generation = file.image.generation
    }
  }

  /** The object header with all its messages. */
  get header(): ObjectHeader {
    const { image } = this.file
    if (this.#header === undefined || this.#generation !== image.generation) {
      this.#header = readObjectHeader(image, this.address)
      this.#generation = image.generation
    }
    return this.#header
  }

  protected get image(): FileImage {
    return this.file.image
  }

  /** The last name of the path; empty for the root group. */
  get name(): string {
    return components(this.path).at(-1) ?? ''
  }

  /** Number of hard links to the object. */
  get referenceCount(): number {
    return this.header.referenceCount
  }

  /** Seconds since 1970 UTC, 0 where no time is stored. */
  get modificationTime(): number {
    const { header, image } = this
    if (header.version > 1) return header.modificationTime
    return about(this, () => {
      const time = messageValue(image, header, MODIFICATION_TIME, modificationTimeMessage)
      if (time !== undefined) return time.seconds
      return messageValue(image, header, OLD_MODIFICATION_TIME, oldModificationTimeMessage)?.seconds ?? 0
    })
  }

  get comment(): string | undefined {
    return about(this, () => messageValue(this.image, this.header, OBJECT_COMMENT, commentMessage)?.comment)
  }

  /** Gives the object a comment, another one, or none. */
  set comment(text: string | undefined) {
    this.file.changes.setComment(this, text)
  }

  /** Bytes that the object takes for what it keeps. */
  get storageSizes(): ObjectSizes {
    return about(this, () => objectSizes(this.image, this.header, this.file.settings))
  }

  /** The parts of the file that belong to the object, its raw data among them. */
  extents(): Generator<StorageExtent> {
    return aboutEach(this, () => objectExtents(this.image, this.header, this.file.settings))
  }

  /** Number of attributes. */
  get attributeCount(): number {
    return about(this, () => attributeCount(this.image, this.header))
  }

  attributes(order: IndexOrder = 'name'): Attribute[] {
    const stored = about(this, () => objectAttributes(this.image, this.header, order))
    return stored.map((attribute) => new Attribute(this.file, this.path, attribute))
  }

  attributeNames(order: IndexOrder = 'name'): string[] {
    return this.attributes(order).map((attribute) => attribute.name)
  }

  hasAttribute(name: string): boolean {
    return about(this, () => findAttribute(this.image, this.header, name)) !== undefined
  }

  /** The attribute of a name; NotFoundError where there is none. */
  attribute(name: string): Attribute {
    const found = about(this, () => findAttribute(this.image, this.header, name))
    if (found === undefined) {
      const place = { path: this.path, file: this.file.name, address: this.address }
      throw new NotFoundError(`no attribute "${name}"`, place)
    }
    return new Attribute(this.file, this.path, found)
  }

  /**
   * Makes an attribute, in a file that is opened to be changed; one with its name is replaced. The type is guessed where
   * it is not given (see DatasetOptions).
   */
  createAttribute(name: string, value: ArrayData, options?: Pick<DatasetOptions, 'shape' | 'type'>): void {
    this.file.changes.createAttribute(this, name, value, options)
  }

  /** Gives an attribute another value, in its own type and shape; makes it where it is not there. */
  modifyAttribute(name: string, value: ArrayData): void {
    this.file.changes.modifyAttribute(this, name, value)
  }

  /** NotFoundError where there is none. */
  deleteAttribute(name: string): void {
    this.file.changes.deleteAttribute(this, name)
  }

  /** Gives an attribute another name; it keeps its value, and its place in the order of creation. */
  renameAttribute(from: string, to: string): void {
    this.file.changes.renameAttribute(this, from, to)
  }

  /** A value of a reference type that leads to the object, to an attribute of it, or to elements of a dataset. */
  reference(part?: { attribute: string } | { selection: Selection }): Reference {
    const common = { file: undefined, address: this.address }
    if (part === undefined) return { kind: 'object', ...common }
    if ('selection' in part) return { kind: 'region', ...common, selection: part.selection }
    return { kind: 'attribute', ...common, name: part.attribute }
  }
}
