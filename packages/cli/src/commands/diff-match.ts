import { compareText } from '@h5kit/core'
import type { Entry, EntryKind, ObjectPlace } from './diff-listing.ts'

type Entries = readonly Entry[]

/** A place that is in one listing or in both, by its path below what is compared. */
export interface Match {
  name: string
  in: readonly [boolean, boolean]
  /** Whether it is the same object in both. */
  same: boolean
}

/** Paths that are left out. One that turns out to be a group leaves out what is below it too. */
export class Exclusions {
  readonly #paths: { path: string; group: boolean }[]

  constructor(paths: readonly string[]) {
    this.#paths = paths.map((path) => ({ path, group: false }))
  }

  excludes(path: string, kind: EntryKind): boolean {
    for (const each of this.#paths) {
      if (each.group) {
        if (path.startsWith(`${each.path}/`)) return true
      } else if (each.path === path) {
        each.group = kind === 'group'
        return true
      }
    }
    return false
  }
}

/**
 * Goes through two listings side by side. Both are taken to be in the order of their paths' bytes; where they are not,
 * since groups come in front of names that are sorted before what is in them, places go unmatched, as in the reference.
 *
 * @param lengths what is cut off in front of paths
 */
export function matchListings(
  first: Entries,
  second: Entries,
  lengths: readonly [number, number],
  excludes: (path: string, kind: EntryKind) => boolean,
  sameObject: (a: ObjectPlace, b: ObjectPlace) => boolean,
): Match[] {
  const matches: Match[] = []
  const add = (name: string, kind: EntryKind, where: Match['in'], same = false): void => {
    if (!excludes(name, kind)) matches.push({ name, in: where, same })
  }
  let one = 0
  let other = 0
  while (one < first.length || other < second.length) {
    const a = first[one]
    const b = second[other]
    const left = a?.path.slice(lengths[0])
    const right = b?.path.slice(lengths[1])
    const order = right === undefined ? -1 : left === undefined ? 1 : compareText(left, right)
    if (order === 0) {
      // Links have no object and count as the same one.
      const same =
        a.object === undefined || b.object === undefined ? a.object === b.object : sameObject(a.object, b.object)
      add(left, a.kind, [true, true], same)
      one++
      other++
    } else if (order < 0) {
      add(left, a.kind, [true, false])
      one++
    } else {
      add(right, b.kind, [false, true])
      other++
    }
  }
  return matches
}
