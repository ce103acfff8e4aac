import type { H5Object } from '@h5kit/core'
import { Hdf5Error } from '@h5kit/core'
import type { File } from '@h5kit/core/node'
import type { DiffOptions } from '../options/diff.ts'
import { goesBeyond } from '../options/diff.ts'
import type { Output } from '../output.ts'
import { attempt } from '../render/attempt.ts'
import type { DiffReport } from '../render/diff/report.ts'
import type { DiffContext, Outcome } from './diff-context.ts'
import { matchesGlob } from './diff-globs.ts'
import type { Target } from './diff-links.ts'
import { targetOf } from './diff-links.ts'
import type { Entry, ObjectPlace } from './diff-listing.ts'
import { Listing, placeOf } from './diff-listing.ts'
import type { Match } from './diff-match.ts'
import { Exclusions, matchListings } from './diff-match.ts'
import { ObjectComparison } from './diff-objects.ts'
import { ReferenceComparison } from './diff-references.ts'
import { openWithDriver } from './open-driver.ts'

type Two<T> = readonly [T, T]

/** Compares two files, or objects in them; returns the exit status: 1 for differences, 2 where something went wrong. */
export async function diff(
  options: DiffOptions,
  report: DiffReport,
  output: Output,
  warn: (message: string) => void,
): Promise<number> {
  const outcome: Outcome = { missing: false, notComparable: false, failed: false }
  const fail = (what: string): void => {
    outcome.failed = true
    output.flush()
    warn(what)
  }
  const opened: File[] = []
  let found = 0
  try {
    for (const [side, name] of options.files.entries()) {
      const { file, error } = openWithDriver(name, options.drivers[side])
      if (file === undefined) {
        report.say(`h5diff: <${name}>: unable to open file`)
        fail(`${name}: unable to open file${error === undefined ? '' : `: ${error.message}`}`)
        break
      }
      opened.push(file)
    }
    const [first, second] = opened
    if (second !== undefined) found = await new Comparison(options, [first, second], report, outcome, fail).run()
  } finally {
    for (const file of opened) file.close()
  }
  const status = outcome.failed ? 2 : found > 0 || outcome.missing ? 1 : 0
  report.end(status, outcome.missing, outcome.notComparable)
  return status
}

/** The comparison of two open files. */
class Comparison {
  readonly #context: DiffContext
  readonly #files: Two<File>
  readonly #options: DiffOptions

  constructor(
    options: DiffOptions,
    files: Two<File>,
    report: DiffReport,
    outcome: Outcome,
    fail: (what: string) => void,
  ) {
    const context: DiffContext = { options, files, report, outcome, fail, follow: () => 0 }
    const references = new ReferenceComparison(context)
    context.follow = (a, b, compared) => references.follow(a, b, compared)
    this.#context = context
    this.#files = files
    this.#options = options
  }

  async run(): Promise<number> {
    const { fail, report } = this.#context
    const { followSymlinks, report: detailed, verbose } = this.#options
    const paths = (this.#options.objects ?? ['/', '/']).map((name) => (name.startsWith('/') ? name : `/${name}`))
    const one = this.#lookUp(0, paths[0])
    const other = one && this.#lookUp(1, paths[1])
    if (one === undefined || other === undefined) return 0
    const sides = [one, other] as const
    if (followSymlinks) {
      const over = this.#leadNowhere(sides)
      if (over !== undefined) return over
    }
    if (!verbose && !detailed && !goesBeyond(this.#options) && this.#isSame(sides)) return 0
    const groups = sides.every(({ entry }) => entry.kind === 'group')
    let listings: readonly (readonly Entry[])[] = sides.map(({ entry }) => [entry])
    if (groups) {
      const first = this.#list(0, one.path)
      const second = first && this.#list(1, other.path)
      if (first === undefined || second === undefined) return 0
      listings = [first.entries, second.entries]
      if (this.#options.noDanglingLinks && (first.dangling || second.dangling)) fail('there are dangling links')
    }
    const matches = this.#match(listings, sides)
    if (groups)
      report.places(
        matches,
        sides.every(({ path }) => path === '/'),
      )
    if (this.#options.excludedPaths === undefined && listings[0].length !== listings[1].length) this.#noteMissing()
    return this.#compare(matches, listings, sides)
  }

  #noteMissing(): void {
    // What is left out on purpose may be in one file alone.
    if (this.#options.ignoredPaths.length === 0) this.#context.outcome.missing = true
  }

  /** Looks at one of the objects that are compared; undefined where it is not there. */
  #lookUp(side: 0 | 1, path: string): Side | undefined {
    const { fail, report } = this.#context
    const file = this.#files[side]
    const missing = (): undefined => {
      report.say(`Object <${path}> could not be found in <${this.#options.files[side]}>`)
      fail(`${this.#options.files[side]}: no object "${path}"`)
    }
    const link = targetOf(file, path, false)
    if (link.kind === 'unknown') return missing()
    const target = this.#options.followSymlinks ? targetOf(file, path, true) : link
    if (target.kind === 'unknown') return missing()
    if (link.kind !== 'link') {
      const object = attempt(() => file.get(path))
      if (object === undefined) {
        report.say('Error: Could not get file contents')
        fail(`${this.#options.files[side]}: "${path}" cannot be read`)
        return undefined
      }
      return { path, target, entry: { path, kind: object.kind, object: placeOf(object) } }
    }
    const object = target.kind === 'link' ? target.object : undefined
    const kind = object?.kind ?? (link.link.kind === 'soft' ? 'link' : 'user-defined link')
    return { path, target, entry: { path, kind, object: object && placeOf(object) } }
  }

  /** The number of differences where one of the objects is a link that leads nowhere. */
  #leadNowhere(sides: Two<Side>): number | undefined {
    const { fail, report } = this.#context
    for (const [i, { path, target }] of sides.entries()) {
      if (target.kind !== 'dangling') continue
      if (this.#options.noDanglingLinks) {
        report.warning(`<${path}> is a dangling link.`)
        fail(`"${path}" is a dangling link`)
        return 0
      }
      const both = sides.every((side) => side.target.kind === 'dangling')
      if (both) report.detail([`obj${i + 1} <${path}> is a dangling link.`])
      else {
        report.dangling(sides[0].path, sides[1].path, [i === 0, i === 1])
        return 1
      }
    }
    return undefined
  }

  /** Whether both are the same object, so that nothing need be compared. */
  #isSame(sides: Two<Side>): boolean {
    const [a, b] = sides.map(({ path }, i): H5Object | undefined => attempt(() => this.#files[i].get(path)))
    return a !== undefined && b !== undefined && this.#sameObject(placeOf(a), placeOf(b))
  }

  /** A file that a link leads to is opened anew each time, and then counts as another one. */
  #sameObject(a: ObjectPlace, b: ObjectPlace): boolean {
    const { identity } = a.file
    if (identity === undefined || identity !== b.file.identity || a.address !== b.address) return false
    return this.#files.some((file) => file.identity === identity)
  }

  #list(side: number, path: string): Listing | undefined {
    const { fail, report } = this.#context
    const listing = new Listing(this.#files[side], this.#options.followSymlinks)
    try {
      listing.visit(path)
      return listing
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
      if (listing.unknown) report.say('Error: Invalid link type')
      // Each visit that another one began says so.
      for (let i = 0; i < listing.depth; i++) report.say('Error: Could not get file contents')
      fail(`${this.#options.files[side]}: ${error.path ?? path}: ${error.message}`)
      return undefined
    }
  }

  #match(listings: readonly (readonly Entry[])[], sides: Two<Side>): Match[] {
    const exclusions = new Exclusions(this.#options.excludedPaths ?? [])
    const lengths = [startLength(sides[0].path), startLength(sides[1].path)] as const
    const { ignoredPaths } = this.#options
    return matchListings(
      listings[0],
      listings[1],
      lengths,
      (path, kind) => exclusions.excludes(path, kind) || isIgnored(path, ignoredPaths),
      (a, b) => this.#sameObject(a, b),
    )
  }

  async #compare(
    matches: readonly Match[],
    listings: readonly (readonly Entry[])[],
    sides: Two<Side>,
  ): Promise<number> {
    const { outcome, report } = this.#context
    const prefixes = sides.map(({ path }) => (path === '/' ? '' : path))
    const kinds = listings.map((entries) => new Map(entries.map(({ path, kind }) => [path, kind] as const)))
    const objects = new ObjectComparison(this.#context)
    let found = 0
    for (const { name, in: where, same } of matches) {
      if (!where[0] || !where[1]) {
        outcome.missing = true
        if (goesBeyond(this.#options)) report.missing(name, where[0] ? 0 : 1)
        continue
      }
      const paths = [prefixes[0] + name, prefixes[1] + name] as const
      const [kind, other] = paths.map((path, i) => kinds[i].get(path))
      if (kind !== undefined && other !== undefined) found += await objects.compare(paths, [kind, other], same)
    }
    return found
  }
}

/** One of the objects that are compared. */
interface Side {
  path: string
  target: Target
  entry: Entry
}

/** What is cut off in front of the paths below an object. */
function startLength(path: string): number {
  return path === '/' ? 0 : path.length
}

/** Whether a path, or one of the groups above it, is of a pattern. */
function isIgnored(path: string, patterns: readonly string[]): boolean {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (patterns.some(matchesGlob(path.slice(0, end)))) return true
  }
  return false
}
