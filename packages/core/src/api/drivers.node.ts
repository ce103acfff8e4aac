import { existsSync, readFileSync } from 'node:fs'
import { FormatError, Hdf5Error, IoError, NotFoundError, UnsupportedError } from '../errors.ts'
import { familyMemberSize, multiMembers } from '../format/driver-members.ts'
import type { OnionRevision } from '../format/onion.ts'
import { readOnionHistory, readOnionRevision } from '../format/onion.ts'
import { BufferSource } from '../io/buffer-source.ts'
import type { ByteSource } from '../io/byte-source.ts'
import { FamilySource } from '../io/family-source.ts'
import { FileSource } from '../io/file-source.node.ts'
import type { MultiMember } from '../io/multi-source.ts'
import { MultiSource } from '../io/multi-source.ts'
import { OnionSource } from '../io/onion-source.ts'
import { openWhole } from '../write/journal-file.node.ts'
import { peekDriverInformation } from './driver-information.ts'
import { isFamilyPattern, openFamilyMembers } from './family-members.node.ts'

/**
 * How a file is kept on disk, by the C library's names of its file drivers:
 *
 * - sec2, stdio, log: one file as it is; core: one file that is read into memory at once
 * - family: parts of the same size, named by a pattern with a number as C's printf has it: `part%05d.h5`
 * - split: metadata in NAME-m.h5, raw data in NAME-r.h5; multi: up to six files NAME-s.h5, NAME-b.h5, ...
 * - onion: a file with revisions in NAME.onion
 */
export type DriverName = 'sec2' | 'stdio' | 'log' | 'core' | 'family' | 'split' | 'multi' | 'onion'

export interface DriverOptions {
  /** The revision that is opened by the onion driver: 0 for the original file; the latest where nothing is said. */
  revision?: number
}

/** Opens what a driver shows as one file. */
export function openDriver(driver: DriverName, path: string, options: DriverOptions = {}): ByteSource {
  switch (driver) {
    case 'sec2':
    case 'stdio':
    case 'log':
      return openWhole(path)
    case 'core':
      return inMemory(path)
    case 'family':
      return openFamily(path)
    case 'split':
      return openMulti(path, SPLIT)
    case 'multi':
      return openMulti(path, MULTI)
    case 'onion':
      return openOnion(path, options.revision)
  }
}

function inMemory(path: string): ByteSource {
  const file = openWhole(path)
  file.close()
  try {
    return new BufferSource(readFileSync(path))
  } catch (cause) {
    throw new IoError(`cannot read ${path}`, { file: path, cause })
  }
}

/** Closes what was opened where the rest cannot be. */
function guarded<T>(opened: ByteSource[], step: () => T): T {
  try {
    return step()
  } catch (error) {
    for (const source of opened) source.close?.()
    throw error
  }
}

function openFamily(pattern: string): ByteSource {
  if (!isFamilyPattern(pattern)) {
    throw new NotFoundError(`"${pattern}" is no pattern for the names of a family`, { file: pattern })
  }
  const members = openFamilyMembers(pattern)
  return guarded(members, () => {
    const first = Math.max(1, members[0].size)
    const information = peekDriverInformation(new FamilySource(members, first))
    const size = information?.driver === 'NCSAfami' ? familyMemberSize(information.information) : first
    if (size <= 0 || size > Number.MAX_SAFE_INTEGER) throw new FormatError(`family members of ${size} bytes`)
    return new FamilySource(members, size)
  })
}

function openIfThere(path: string): ByteSource | undefined {
  try {
    return new FileSource(path)
  } catch (error) {
    if (error instanceof NotFoundError) return undefined
    throw error
  }
}

/** Where the files of a set are and begin before the driver information is known. */
type Places = readonly { base: bigint; template: string }[]

const HIGHEST = (1n << 64n) - 2n

const SPLIT: Places = [
  { base: 0n, template: '%s-m.h5' },
  { base: HIGHEST / 2n, template: '%s-r.h5' },
]
const MULTI: Places = Array.from('sbrglo', (letter, i) => ({
  base: BigInt(i) * (HIGHEST / 6n),
  template: `%s-${letter}.h5`,
}))

function openMulti(name: string, places: Places): ByteSource {
  const members = openMembers(name, places)
  const first = new MultiSource(members)
  return guarded([first], () => {
    const information = peekDriverInformation(first.firstAlone)
    if (information === undefined) return first
    if (information.driver !== 'NCSAmult') throw new UnsupportedError(`written by the driver ${information.driver}`)
    // What was opened by the same name stays open.
    const known = new Map(members.map((member) => [member.name, member.source]))
    const stored = multiMembers(information.information)
    const rest = stored.filter(({ template }) => !known.has(named(template, name)))
    for (const member of openMembers(name, rest)) known.set(member.name, member.source)
    return new MultiSource(
      stored.map(({ base, template }) => ({
        base,
        name: named(template, name),
        source: known.get(named(template, name)),
      })),
    )
  })
}

function named(template: string, name: string): string {
  return template.split('%s').join(name)
}

function openMembers(name: string, places: Places): MultiMember[] {
  return places.map(({ base, template }) => {
    const path = named(template, name)
    return { base, name: path, source: openIfThere(path) }
  })
}

function openOnion(path: string, revision: number | undefined): ByteSource {
  const opened: ByteSource[] = [new FileSource(path)]
  return guarded(opened, () => {
    const onion = new FileSource(`${path}.onion`)
    opened.push(onion)
    const { header, history } = readOnionHistory(onion)
    const wanted = revision ?? history.records.length
    if (wanted === 0) {
      return new OnionSource(opened[0], onion, {
        size: opened[0].size,
        originalSize: opened[0].size,
        pageSize: header.pageSize,
        pages: new Map(),
      })
    }
    const { size, pageSize, pages } = readOnionRevision(onion, history, wanted)
    if (pageSize !== header.pageSize) throw new FormatError(`pages of ${pageSize} and ${header.pageSize} bytes`)
    const places = new Map(pages.map(({ logical, physical }) => [logical / pageSize, physical]))
    return new OnionSource(opened[0], onion, { size, originalSize: header.originalSize, pageSize, pages: places })
  })
}

/** The revisions of a file that the onion driver keeps, the oldest first. */
export function onionRevisions(path: string): OnionRevision[] {
  const onion = new FileSource(`${path}.onion`)
  try {
    const { history } = readOnionHistory(onion)
    return history.records.map((_, i) => {
      const revision = readOnionRevision(onion, history, i + 1)
      return { ...revision, time: revision.time.split('\0')[0], comment: revision.comment.split('\0')[0] }
    })
  } finally {
    onion.close()
  }
}

/** The drivers that the reference tools try, in their order, where none is asked for. */
const GUESSED: readonly DriverName[] = ['sec2', 'family', 'split', 'multi']

/** What a driver made of a file, or why none could. */
export interface Guess<T> {
  opened: T | undefined
  driver: DriverName
  /** Of the first driver that found a file; else of the first one. */
  error: Hdf5Error | undefined
  /** Files that were opened in vain: the reference tools try a single file five times, a directory four times. */
  attempts: number
}

/** Opens a file with the first driver that can, or with the one that is asked for. */
export function guessDriver<T>(
  path: string,
  asked: DriverName | undefined,
  open: (driver: DriverName, attempts: number) => T,
): Guess<T> {
  const guess: Guess<T> = { opened: undefined, driver: asked ?? 'sec2', error: undefined, attempts: 0 }
  for (const driver of asked === undefined ? GUESSED : [asked]) {
    try {
      return { ...guess, opened: open(driver, guess.attempts), driver }
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
      const absent = error instanceof NotFoundError
      if (guess.error === undefined || (guess.error instanceof NotFoundError && !absent)) guess.error = error
      if (driver === 'sec2' && !absent) guess.attempts += asked !== undefined ? 1 : error instanceof IoError ? 4 : 5
      if (driver === 'split') guess.attempts += SPLIT.filter(({ template }) => existsSync(named(template, path))).length
    }
  }
  return guess
}
