/** How the bytes of a number are ordered. */
export type ByteOrder = 'LE' | 'BE' | 'VAX'

/** What fills unused bits: 0, 1. */
export type BitPad = 0 | 1

interface DatatypeBase {
  /** Size of one element in bytes. */
  size: number
  /** Version of the datatype message that describes it. */
  version: number
}

export interface FixedPointType extends DatatypeBase {
  class: 'fixed-point'
  order: ByteOrder
  signed: boolean
  lowPad: BitPad
  highPad: BitPad
  /** In bits. */
  bitOffset: number
  /** In bits. */
  precision: number
}

export interface FloatingPointType extends DatatypeBase {
  class: 'floating-point'
  order: ByteOrder
  lowPad: BitPad
  highPad: BitPad
  internalPad: BitPad
  /** 0 none, 1 the mantissa's first bit is always set, 2 that bit is implied and not stored. */
  normalization: number
  /** Bit number of the sign. */
  signLocation: number
  bitOffset: number
  precision: number
  exponentLocation: number
  exponentSize: number
  mantissaLocation: number
  mantissaSize: number
  exponentBias: number
}

export interface TimeType extends DatatypeBase {
  class: 'time'
  order: ByteOrder
  precision: number
}

/** How a string ends inside its element: H5T_str_t. Other values are reserved. */
export const NULL_TERMINATED = 0
export const NULL_PADDED = 1
export const SPACE_PADDED = 2

/** Character sets: H5T_cset_t. Other values are reserved. */
export const ASCII = 0
export const UTF8 = 1

export interface StringType extends DatatypeBase {
  class: 'string'
  padding: number
  characterSet: number
}

export interface BitfieldType extends DatatypeBase {
  class: 'bitfield'
  order: ByteOrder
  lowPad: BitPad
  highPad: BitPad
  bitOffset: number
  precision: number
}

export interface OpaqueType extends DatatypeBase {
  class: 'opaque'
  tag: string
}

export interface CompoundMember {
  name: string
  /** In bytes from the start of the compound. */
  offset: number
  type: Datatype
}

export interface CompoundType extends DatatypeBase {
  class: 'compound'
  members: CompoundMember[]
}

/** Kinds of reference, as stored. */
export const OBJECT_REFERENCE_1 = 0
export const REGION_REFERENCE_1 = 1
export const OBJECT_REFERENCE_2 = 2
export const REGION_REFERENCE_2 = 3
export const ATTRIBUTE_REFERENCE = 4

export interface ReferenceType extends DatatypeBase {
  class: 'reference'
  kind: number
  /** Version of the encoding of references of kinds 2 to 4; 0 for the older kinds. */
  encoding: number
}

export interface EnumMember {
  name: string
  /** The value's bytes in the base type. */
  value: Uint8Array
}

export interface EnumType extends DatatypeBase {
  class: 'enum'
  base: Datatype
  members: EnumMember[]
}

export interface VariableLengthType extends DatatypeBase {
  class: 'variable-length'
  kind: 'sequence' | 'string'
  /** Of a string; 0 for a sequence. */
  padding: number
  characterSet: number
  base: Datatype
}

export interface ArrayType extends DatatypeBase {
  class: 'array'
  dimensions: number[]
  base: Datatype
}

export interface ComplexType extends DatatypeBase {
  class: 'complex'
  /** Both parts have this type: real, then imaginary. */
  base: Datatype
}

/** The type of a dataset's or an attribute's elements (IV.A.2.d). */
export type Datatype =
  | FixedPointType
  | FloatingPointType
  | TimeType
  | StringType
  | BitfieldType
  | OpaqueType
  | CompoundType
  | ReferenceType
  | EnumType
  | VariableLengthType
  | ArrayType
  | ComplexType
