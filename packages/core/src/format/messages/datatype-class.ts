import type { Io } from '../../io/structure.ts'
import type { ClassBits } from './class-bits.ts'
import type { Datatype } from './datatype-model.ts'

/** Reads or writes a datatype message that is part of another one. */
export type Nested = (field: string, type: Datatype) => Datatype

/** What is particular to one datatype class. */
export interface DatatypeClass<T extends Datatype = Datatype> {
  readonly number: number
  blank(): T
  /** The class bit field. When writing it comes before, when reading after `version` is known and `size` is not. */
  bits(bits: ClassBits, type: T, io: Io): void
  properties(io: Io, type: T, nested: Nested, bits: ClassBits): void
}
