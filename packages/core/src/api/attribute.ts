import type { Value, Values } from '../datatype/values.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import { elementCount } from '../format/messages/dataspace.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import type { ResolvedAttribute } from '../objects/attributes.ts'
import type { File } from './file.ts'
import { about } from './located.ts'
import type { ReadOptions } from './read-values.ts'
import { readValues } from './read-values.ts'

/** A small named array that belongs to an object. */
export class Attribute {
  readonly file: File
  /** Of the object that the attribute belongs to. */
  readonly path: string
  readonly name: string
  readonly type: Datatype
  /** Address of the committed datatype that the attribute uses. */
  readonly committed: number | undefined
  readonly space: Dataspace
  readonly #data: Uint8Array

  constructor(file: File, path: string, attribute: ResolvedAttribute) {
    this.file = file
    this.path = path
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

  /** The one element of a scalar attribute, all elements in C order of an array, undefined where there is no element. */
  get value(): Value | Values | undefined {
    return plainValue(this.space, this.read())
  }

  /** The bytes of all elements in C order, in the attribute's own type. */
  raw(): Uint8Array {
    return this.#data
  }

  /** All elements in C order as JavaScript values (see decodeValues). */
  read(options: ReadOptions = {}): Values {
    const stored = { type: this.type, bytes: this.raw(), count: elementCount(this.space) }
    return about(this, () => readValues(stored, this.file, options))
  }
}

/** What a program most often wants of the elements of a dataspace. */
export function plainValue(space: Dataspace, values: Values): Value | Values | undefined {
  if (space.kind === 'null') return undefined
  return space.kind === 'scalar' ? values[0] : values
}
