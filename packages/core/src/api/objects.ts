import { NotFoundError, TypeMismatchError } from '../errors.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import { readObjectHeader } from '../format/read-object-header.ts'
import { UNDEFINED } from '../io/structure.ts'
import { objectKind, typeFacts } from '../objects/dataset.ts'
import { Dataset } from './dataset.ts'
import type { File } from './file.ts'
import { Group } from './group.ts'
import { about } from './located.ts'
import { ObjectBase } from './object-base.ts'

/** A group, dataset or committed datatype. */
export type H5Object = Group | Dataset | NamedDatatype

/** A committed datatype. */
export class NamedDatatype extends ObjectBase {
  readonly kind = 'datatype'

  get type(): Datatype {
    return about(this, () => typeFacts(this.image, this.header).type)
  }
}

/** Makes the object whose header is at an address. */
export function openObject(file: File, address: number, path: string): H5Object {
  if (address === UNDEFINED) throw new NotFoundError(`"${path}" leads nowhere`, { path })
  const header = about({ path, file }, () => readObjectHeader(file.image, address))
  switch (objectKind(header)) {
    case 'group':
      return new Group(file, header, path)
    case 'dataset':
      return new Dataset(file, header, path)
    case 'datatype':
      return new NamedDatatype(file, header, path)
    default:
      throw new TypeMismatchError('neither a group, a dataset nor a datatype', { path, file: file.name, address })
  }
}
