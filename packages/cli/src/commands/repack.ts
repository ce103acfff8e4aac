import { closeSync, existsSync, openSync, readSync, realpathSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import type { RepackOptions as NewFile } from '@h5kit/core'
import { FileRepack, Hdf5Error, IoError } from '@h5kit/core'
import type { File, FileLock } from '@h5kit/core/node'
import { ScratchFile } from '@h5kit/core/node'
import type { RepackOptions, SharedSizes } from '../options/repack.ts'
import { isAnyAsked } from '../render/repack.ts'
import { RepackProgress } from '../render/repack-progress.ts'
import { isTerminal } from '../system.ts'
import { Interruption } from './interruption.ts'
import { openWithDriver } from './open-driver.ts'
import { checkNames, checkNewFile, checkOptions } from './repack-checks.ts'
import type { RepackNews } from './repack-objects.ts'
import { ObjectRounds } from './repack-objects.ts'
import { survey } from './repack-table.ts'
import type { RepackTarget } from './repack-target.ts'
import { openTarget } from './repack-target.ts'

/** Of h5's commands; the reference's tools have no other status than that of any failure. */
const WRONG_USAGE = 2

const BOUNDS = ['earliest', 'v108', 'v110', 'v112', 'v114', 'v200'] as const
const STRATEGIES = { 'fsm-aggr': 0, page: 1, aggr: 2, none: 3 } as const

/**
 * Writes a file anew. Returns the exit status: 1 where it could not be, or not all of it.
 *
 * @param whole whether there is to be all of it or nothing; otherwise, as the reference has it, what came before an
 *   object that cannot be written stays
 */
export async function repack(options: RepackOptions, news: RepackNews, whole: boolean): Promise<number> {
  if (!options.inPlace || options.dryRun) return repackFile(options, news, whole, undefined)
  let lock: FileLock | undefined
  try {
    const { lockReplaced } = await import('./replaced-file.ts')
    lock = lockReplaced(options.input)
    // A part of a file never takes its place.
    return await repackFile(options, news, true, lock)
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    news.warn(`cannot repack "${options.input}": ${error.message}`)
    return 1
  } finally {
    lock?.release()
  }
}

async function repackFile(
  options: RepackOptions,
  news: RepackNews,
  whole: boolean,
  lock: FileLock | undefined,
): Promise<number> {
  const failed = (what: string, status = 1): number => {
    news.warn(what)
    if (!whole) news.say('Error occurred while repacking\n')
    return whole ? status : 1
  }
  if (!options.inPlace && isSameFile(options.input, options.output)) {
    return failed(`the output "${options.output}" is the input${whole ? ' (--in-place replaces it)' : ''}`)
  }
  const contradiction = checkOptions(options, news)
  if (contradiction !== undefined) return failed(contradiction, WRONG_USAGE)
  const threads = (options.jobs ?? availableParallelism()) - 1
  const { file, driver, error } = openWithDriver(options.input, options.source, { threads })
  if (file === undefined)
    return failed(`unable to open file "${options.input}"${error === undefined ? '' : `: ${error.message}`}`)
  try {
    if (options.inPlace && (driver === 'family' || driver === 'multi' || driver === 'onion')) {
      return failed(`"${options.input}" is kept in several files: --in-place is for one`)
    }
    const unknown = checkNames(file, options, news)
    if (unknown !== undefined) return failed(unknown)
    const unfit = checkNewFile(options)
    if (unfit !== undefined) return failed(unfit, WRONG_USAGE)
    return await written(file, options, news, { whole, failed, lock })
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    return failed(`cannot repack "${options.input}": ${error.message}`)
  } finally {
    file.close()
  }
}

/** Whether two names are those of one file, by whatever way they lead there. */
function isSameFile(input: string, output: string): boolean {
  return existsSync(input) && existsSync(output) && realpathSync(input) === realpathSync(output)
}

async function written(
  file: File,
  options: RepackOptions,
  news: RepackNews,
  { whole, failed, lock }: { whole: boolean; failed: (what: string) => number; lock: FileLock | undefined },
): Promise<number> {
  if (options.verbose > 0) news.say('Making new file ...\n')
  let target: RepackTarget | undefined
  const progress = progressOf(options)
  using interruption = new Interruption(() => {
    target?.abort()
    lock?.release()
    progress?.end()
  })
  const { turn } = interruption
  const begin = (told: RepackNews): Attempt => {
    target = openTarget(options)
    const { sink, parts } = target
    const made = new FileRepack(file, sink, { ...newFile(file, options), parts, progress: progress?.add, turn })
    return { target, made, rounds: new ObjectRounds(file, made, options, { ...told, turn }, whole) }
  }
  try {
    let attempt = progress === undefined && isSoonDone(file, options) ? await inOneGo(begin) : undefined
    let wrong: string | undefined
    if (attempt === undefined) {
      target?.abort()
      attempt = begin(progress === undefined ? news : progress.between(news))
      const { rounds } = attempt
      wrong = await failureOf(async () => {
        const { counts, bytes } = survey(file, options, options.drop, progress !== undefined)
        progress?.expect(bytes)
        await rounds.all(counts)
      })
    }
    const { target: reached, made, rounds } = attempt
    if (wrong !== undefined) progress?.end()
    if (wrong !== undefined && whole) {
      return failed(`cannot repack "${options.input}": "${rounds.path}": ${wrong}; no file was written`)
    }
    if (wrong !== undefined) made.begin(file.root)
    made.finish()
    progress?.end()
    const refused = await reached.commit(file, turn, () => lock?.confirmAgain())
    if (refused !== undefined) return failed(`${refused}; no file was written`)
    if (options.dryRun) news.say(`${options.output}: ${reached.size} bytes, ${options.input} has ${file.size}\n`)
    if (wrong === undefined) return 0
    return failed(`cannot copy "${rounds.path}": ${wrong}; "${options.output}" has only what came before it`)
  } finally {
    progress?.end()
    target?.abort()
  }
}

/** A new file that is being written. */
interface Attempt {
  target: RepackTarget
  made: FileRepack
  rounds: ObjectRounds
}

/** Larger files are not begun twice. */
const SOON_DONE = 1 << 28

/** Whether objects only have to be copied, of which nothing is told. */
function isSoonDone({ size }: File, options: RepackOptions): boolean {
  const { verbose, dryRun, prune, drop } = options
  return size <= SOON_DONE && !isAnyAsked(options) && verbose === 0 && !dryRun && !prune && drop.length === 0
}

/**
 * Writes objects without counting the links to them before, as object headers tell how many there are; undefined where
 * they tell wrong, or something else is not as in most files: then all is to be begun anew.
 */
async function inOneGo(begin: (told: RepackNews) => Attempt): Promise<Attempt | undefined> {
  let silent = true
  const told = (): void => {
    silent = false
  }
  const attempt = begin({ say: told, warn: told })
  let counted = false
  const wrong = await failureOf(async () => {
    counted = await attempt.rounds.all()
  })
  return wrong === undefined && counted && silent ? attempt : undefined
}

/** What tells how far the work has come; undefined where nobody looks. */
function progressOf({ dryRun }: RepackOptions): RepackProgress | undefined {
  return !dryRun && process.env.CI === undefined && isTerminal(2) ? new RepackProgress() : undefined
}

async function failureOf(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    return error.message
  }
}

/** Messages that objects can share, each kind in an index of its own, and the numbers of their types. */
const SHAREABLE: readonly (readonly [keyof SharedSizes, number])[] = [
  ['dataspace', 1],
  ['datatype', 3],
  ['fillValue', 5],
  ['filterPipeline', 11],
  ['attribute', 12],
]

/** How the new file is made. */
function newFile(file: File, options: RepackOptions): NewFile {
  const { low, high, alignment, threshold, metadataBlock, maxMemory, space, shared } = options
  const indexes = SHAREABLE.filter(([kind]) => shared[kind] > 0)
  const old = file.settings.fileSpace
  const strategy = space.strategy === undefined ? old.strategy : STRATEGIES[space.strategy]
  return {
    low: BOUNDS[low],
    high: BOUNDS[high],
    userBlock: userBlock(file, options),
    fileSpace: {
      strategy,
      // The others keep no record of free space.
      ...(strategy > STRATEGIES.page
        ? {}
        : { persisting: space.persist ?? old.persisting, threshold: space.threshold ?? old.threshold }),
      pageSize: space.pageSize ?? old.pageSize,
    },
    memory: maxMemory,
    scratch: () => new ScratchFile(dirname(options.output)),
    ...(alignment === 0 ? {} : { alignment: { threshold, alignment } }),
    ...(metadataBlock > 0 ? { metadataBlock } : {}),
    ...(indexes.length === 0
      ? {}
      : { sharing: { indexes: indexes.map(([kind, type]) => ({ messageTypes: 1 << type, minSize: shared[kind] })) } }),
  }
}

/** What comes in front of the new file: of another file, of the source, or room for something. */
function userBlock(file: File, { userBlockFile, userBlock: size, input }: RepackOptions): Uint8Array {
  if (userBlockFile !== undefined) return firstBytes(userBlockFile, size)
  return size > 0 || file.userBlockSize === 0 ? new Uint8Array(size) : firstBytes(input, file.userBlockSize)
}

/** The first bytes of a file, with zeros behind it where it has fewer. */
function firstBytes(file: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  try {
    const descriptor = openSync(file, 'r')
    try {
      for (let at = 0, read = 1; read > 0 && at < length; at += read) {
        read = readSync(descriptor, bytes, at, length - at, null)
      }
    } finally {
      closeSync(descriptor)
    }
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new IoError(`cannot read the user block in "${file}" (${why})`, { file, cause })
  }
  return bytes
}
