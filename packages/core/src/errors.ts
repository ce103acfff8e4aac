/** What kind of thing went wrong; each has a class of its own below. */
export type ErrorKind =
  | 'format'
  | 'unsupported'
  | 'not-found'
  | 'filter'
  | 'selection'
  | 'write'
  | 'limit'
  | 'type'
  | 'io'

/** Where it went wrong, as far as that is known where the error is raised. */
export interface ErrorPlace {
  /** The HDF5 path of the object concerned. */
  path?: string | undefined
  /** The file's name. */
  file?: string | undefined
  /** Byte address in the file. */
  address?: number | undefined
  /** The structure's name in the file format specification. */
  structure?: string | undefined
  /** The field's name in that structure. */
  field?: string | undefined
  cause?: unknown
}

/** The root of every error that h5kit raises on purpose. */
export abstract class Hdf5Error extends Error {
  abstract readonly kind: ErrorKind
  /** The HDF5 path of the object concerned; filled in by the first who knows it. */
  path: string | undefined
  /** The file's name; filled in by the first who knows it. */
  file: string | undefined
  readonly address: number | undefined
  readonly structure: string | undefined
  readonly field: string | undefined

  constructor(what: string, place: ErrorPlace = {}) {
    super(describe(what, place), place.cause === undefined ? undefined : { cause: place.cause })
    this.path = place.path
    this.file = place.file
    this.address = place.address
    this.structure = place.structure
    this.field = place.field
    this.name = new.target.name
  }
}

function describe(what: string, place: ErrorPlace): string {
  const structure = place.structure === undefined ? '' : ` in ${place.structure}`
  const field = place.field === undefined ? '' : `, field "${place.field}"`
  const address = place.address === undefined ? '' : ` at address ${place.address}`
  return `${what}${structure}${field}${address}`
}

/** The bytes are not what the file format specification allows. */
export class FormatError extends Hdf5Error {
  readonly kind = 'format'
}

/** The bytes are legal, but h5kit does not handle this feature. */
export class UnsupportedError extends Hdf5Error {
  readonly kind = 'unsupported'
}

/** A file, link, object or attribute does not exist. */
export class NotFoundError extends Hdf5Error {
  readonly kind = 'not-found'
}

/** The path to an object cannot be followed: an object on the way is not there, or there are too many links. */
export class UnreachableError extends NotFoundError {}

/** A filter is unknown, or its input cannot be decoded. */
export class FilterError extends Hdf5Error {
  readonly kind = 'filter'
}

/** A selection does not fit the dataspace that it is made on. */
export class SelectionError extends Hdf5Error {
  readonly kind = 'selection'
}

/** Something cannot be written. */
export class WriteError extends Hdf5Error {
  readonly kind = 'write'
}

/** A budget (memory, depth, count) would be exceeded. */
export class LimitError extends Hdf5Error {
  readonly kind = 'limit'
}

/** An object or value is of another type than the operation needs. */
export class TypeMismatchError extends Hdf5Error {
  readonly kind = 'type'
}

/** The operating system refused to read or write. */
export class IoError extends Hdf5Error {
  readonly kind = 'io'
}
