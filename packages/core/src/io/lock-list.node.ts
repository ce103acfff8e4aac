import { closeSync, openSync, read, readSync, statSync } from 'node:fs'
import { systemError } from './running-process.node.ts'

/** Who has a file locked. */
export interface LockHolder {
  pid: number
  /** Whether it writes the file; others read it. */
  writes: boolean
}

/**
 * The locks of files that processes hold with flock, as the C library does on those that it has open. Linux lists them, and
 * takes several milliseconds, in which it waits for all its processors; other systems do not tell.
 */
export class LockList {
  #text: string | undefined
  #asked: Promise<void> | undefined

  /** Has the list read while other things are done; resolves when it is there. */
  ask(): Promise<void> {
    this.#asked ??= new Promise((resolve) => {
      const file = openList()
      if (file === undefined) {
        resolve()
        return
      }
      const piece = Buffer.alloc(PIECE)
      read(file, piece, 0, PIECE, null, (error, count) => {
        this.#text = error === null ? restOf(file, piece.toString('latin1', 0, count)) : ''
        closeSync(file)
        resolve()
      })
    })
    return this.#asked
  }

  /** Another process that has a file locked; undefined where none has. The list is read unless it is there. */
  holderOf(path: string): LockHolder | undefined {
    this.#text ??= readList()
    if (this.#text === '') return undefined
    const place = placeOf(path)
    for (const line of this.#text.split('\n')) {
      const found = /^\d+: FLOCK +\S+ +(\S+) +(-?\d+) +(\S+) /.exec(line)
      if (found === null || found[3] !== place || Number(found[2]) === process.pid) continue
      return { pid: Number(found[2]), writes: found[1] === 'WRITE' }
    }
    return undefined
  }
}

const PIECE = 1 << 16

function openList(): number | undefined {
  try {
    return openSync('/proc/locks', 'r')
  } catch (error) {
    systemError(error)
    return undefined
  }
}

function readList(): string {
  const file = openList()
  if (file === undefined) return ''
  try {
    return restOf(file, '')
  } finally {
    closeSync(file)
  }
}

/** What is behind the beginning of a list: the system gives it in pieces. */
function restOf(file: number, beginning: string): string {
  const piece = Buffer.alloc(PIECE)
  let text = beginning
  for (;;) {
    const count = readSync(file, piece)
    if (count === 0) return text
    text += piece.toString('latin1', 0, count)
  }
}

/** A file as the list names it: the numbers of its device, and its own; undefined where there is none. */
function placeOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  if (found === undefined) return undefined
  const { dev, ino } = found
  return `${hexadecimal((dev >> 8n) & 0xfffn)}:${hexadecimal((dev & 0xffn) | ((dev >> 12n) & 0xfff00n))}:${ino}`
}

function hexadecimal(number: bigint): string {
  return number.toString(16).padStart(2, '0')
}
