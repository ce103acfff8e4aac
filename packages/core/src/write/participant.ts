/**
 * A change of one of several files that are changed together. All of them are prepared before the first is ended, so that
 * what goes wrong meanwhile leaves every file as it was; each has a journal of its own.
 */
export interface Participant {
  readonly isChanged: boolean
  /** Brings the change to the disk, where it can be taken back still. */
  prepare(): void
  /** Ends what was prepared. */
  end(): void
  /** Leaves the file as it was. */
  abandon(): void
}
