import { NotFoundError } from '../errors.ts'
import type { FileImage } from '../format/file-image.ts'
import { commentMessage } from '../format/messages/comment.ts'
import { MODIFICATION_TIME, OBJECT_COMMENT, OLD_MODIFICATION_TIME } from '../format/messages/message-types.ts'
import { modificationTimeMessage, oldModificationTimeMessage } from '../format/messages/modification-time.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
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

/** What all objects have. */
export abstract class ObjectBase {
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
}
