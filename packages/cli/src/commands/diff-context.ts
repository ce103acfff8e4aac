import type { Reference } from '@h5kit/core'
import type { File } from '@h5kit/core/node'
import type { DiffOptions } from '../options/diff.ts'
import type { Compared } from '../render/diff/lines.ts'
import type { DiffReport } from '../render/diff/report.ts'

/** What a comparison has come to so far. */
export interface Outcome {
  /** Whether a place, an object or an attribute is in one of the files alone. */
  missing: boolean
  /** Whether something could not be compared. */
  notComparable: boolean
  /** Whether something could not be done. */
  failed: boolean
}

/** What all parts of a comparison have to do with. */
export interface DiffContext {
  options: DiffOptions
  files: readonly [File, File]
  report: DiffReport
  outcome: Outcome
  /** Compares what two references lead to, as elements of what is compared; returns the number of differences. */
  follow(a: Reference, b: Reference, compared: Compared): number
  /** Says what went wrong; the comparison goes on and ends with status 2. */
  fail(what: string): void
}
