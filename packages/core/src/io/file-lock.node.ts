import { linkSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { IoError } from '../errors.ts'
import { refused, removeIfThere } from './file-store.node.ts'
import { LockList } from './lock-list.node.ts'
import type { RunningProcess } from './running-process.node.ts'
import { isAlive, systemError, thisProcess } from './running-process.node.ts'

/** Whether files are locked: always, never, or where the file system can, as HDF5_USE_FILE_LOCKING says. */
export type Locking = 'always' | 'never' | 'best-effort'

/** What the environment asks for, in the C library's words; always where it says nothing. */
export function lockingAskedFor(value = process.env.HDF5_USE_FILE_LOCKING): Locking {
  if (value === 'FALSE' || value === '0') return 'never'
  return value === 'BEST_EFFORT' ? 'best-effort' : 'always'
}

/** Keeps other writers away from a file: a file beside it that names the process. */
export class FileLock {
  readonly #path: string
  readonly #name: string
  /** Where the C library's locks are looked for; undefined where they were. */
  #others: LockList | undefined
  #held = true

  private constructor(path: string, name: string, others: LockList | undefined) {
    this.#path = path
    this.#name = name
    this.#others = others
  }

  /**
   * Takes the lock of a file.
   *
   * @param others where the C library's locks will be looked for by `confirm`; without it, that is done here
   * @returns undefined where nothing is locked
   * @throws IoError where another process has it
   */
  static take(path: string, locking: Locking, others?: LockList): FileLock | undefined {
    if (locking === 'never') return undefined
    if (others === undefined) refuseHeldByLibrary(path, new LockList())
    const name = `${path}.lock`
    try {
      take(name, path)
    } catch (error) {
      if (locking === 'best-effort' && !(error instanceof LockedError)) return undefined
      throw error
    }
    return new FileLock(path, name, others)
  }

  /** Says that the file is about to be changed; IoError where the C library has it locked. */
  confirm(): void {
    if (this.#others !== undefined) refuseHeldByLibrary(this.#path, this.#others)
    this.#others = undefined
  }

  /** As `confirm`, of those who came since the lock was taken: the C library does not look for it. */
  confirmAgain(): void {
    refuseHeldByLibrary(this.#path, new LockList())
  }

  release(): void {
    if (!this.#held) return
    this.#held = false
    removeIfThere(this.#name)
  }
}

class LockedError extends IoError {}

/** Times that a lock is tried for, when others come and go meanwhile. */
const ATTEMPTS = 20

function take(name: string, path: string): void {
  const mine = `${name}.${process.pid}`
  try {
    writeFileSync(mine, `${JSON.stringify(thisProcess())}\n`)
  } catch (cause) {
    throw refused(`cannot lock ${path}`, path, cause)
  }
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      // A link comes into being with what is in it, or not at all.
      if (linked(mine, name)) return
      const holder = readHolder(name)
      if (holder === undefined) continue
      if (isAlive(holder)) {
        throw new LockedError(`${path} is being changed by process ${holder.pid} on ${holder.host}`, { file: path })
      }
      removeStale(name, `${mine}.stale`, holder)
    }
    throw new LockedError(`cannot lock ${path}: ${name} keeps coming back`, { file: path })
  } finally {
    removeIfThere(mine)
  }
}

/** Who holds a lock; undefined where it is gone meanwhile. */
function readHolder(name: string): RunningProcess | undefined {
  let text: string
  try {
    text = readFileSync(name, 'utf8')
  } catch (error) {
    if (systemError(error) === 'ENOENT') return undefined
    throw refused(`cannot read ${name}`, name, error)
  }
  const found = /^\{"pid":(\d{1,10}),"host":"([^"]*)","began":"(\d*)"\}\n$/.exec(text)
  if (found === null) throw new LockedError(`${name} is no lock of ours; remove it if nothing writes the file`)
  return { pid: Number(found[1]), host: found[2], began: found[3] }
}

/** Removes the lock of a process that is no more, unless another took it meanwhile. */
function removeStale(name: string, aside: string, holder: RunningProcess): void {
  try {
    renameSync(name, aside)
  } catch (error) {
    if (systemError(error) === 'ENOENT') return
    throw refused(`cannot remove ${name}`, name, error)
  }
  const found = readHolder(aside)
  if (found !== undefined && (found.pid !== holder.pid || found.began !== holder.began)) linked(aside, name)
  removeIfThere(aside)
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (systemError(error) === 'EEXIST') return false
    throw refused(`cannot make ${to}`, to, error)
  }
}

function refuseHeldByLibrary(path: string, list: LockList): void {
  const holder = list.holderOf(path)
  if (holder === undefined) return
  const does = holder.writes ? 'writes' : 'reads'
  throw new LockedError(`${path} is locked by process ${holder.pid}, which ${does} it`, { file: path })
}
