import type { DifferenceLines, LineTarget } from './lines.ts'

/** What is compared. Datasets and attributes may take long; what the others come to is known at once. */
export type ComparedKind =
  | 'dataset'
  | 'attribute'
  | 'group'
  | 'datatype'
  | 'link'
  | 'external link'
  | 'user defined link'
  | 'dangling link'

/** A place that is in one of the files, or in both. */
export interface ListedPlace {
  name: string
  in: readonly [boolean, boolean]
}

/** Takes what a comparison finds, in order. */
export interface DiffReport extends LineTarget {
  readonly lines: DifferenceLines
  /** The places in both, before any is compared; `whole` for those of whole files. */
  places(places: readonly ListedPlace[], whole: boolean): void
  /** A place that is in one of the files alone. */
  missing(name: string, file: 0 | 1): void
  /** A comparison begins that takes a while. */
  open(kind: 'dataset' | 'attribute', first: string, second: string): void
  /** It ends with so many differences. */
  close(found: number): void
  /** Something was compared at once. */
  compared(kind: ComparedKind, first: string, second: string, found: number): void
  /** What is the same object in both files. */
  same(kind: ComparedKind, first: string, second: string): void
  /** The names of attributes, before those of both objects are compared. */
  attributes(places: readonly ListedPlace[]): void
  /** Links of which one or both lead nowhere. */
  dangling(first: string, second: string, which: readonly [boolean, boolean]): void
  /** Why things cannot be compared. */
  notComparable(text: string): void
  /** Why there is nothing stored to compare, and yet something to read. */
  emptyVirtual(text: string): void
  /** What is different, and does not count. */
  warning(text: string): void
  /** What is known more exactly of a difference. */
  detail(lines: readonly string[]): void
  /** What is said in any case. */
  say(text: string): void
  /** As `say`, but the line goes on. */
  unfinished(text: string): void
  /** The comparison is over: the exit status, whether something is in one file alone, or could not be compared. */
  end(status: number, missing: boolean, notComparable: boolean): void
}
