import type { Datatype, File, Reference } from '@h5kit/core'
import type { Tolerance } from '../../options/tolerance.ts'
import type { Compared, DifferenceLines } from './lines.ts'

/**
 * Compares one element, or a part of one: from byte `at` of `a` on with that from byte `to` of `b` on. Prints what
 * differs where that is shown, and returns the number of differences.
 *
 * @param element its number among those that are compared
 */
export type Comparer = (a: Uint8Array, at: number, b: Uint8Array, to: number, element: number) => number

/** What comparers of any type need. */
export interface Comparison {
  tolerance: Tolerance
  lines: DifferenceLines
  compared: Compared
}

/** What comparers of types that refer to something need besides. */
export interface FollowingComparison extends Comparison {
  files: readonly [File, File]
  /** Compares what two references lead to; undefined for one that leads nowhere. */
  follow(a: Reference, b: Reference): number
}

/** The type of one side's elements: as they are stored, and as they are compared. */
export interface SideType {
  stored: Datatype
  memory: Datatype
}
