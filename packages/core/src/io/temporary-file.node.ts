import { readdirSync, rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { lookup3 } from './checksum.ts'
import type { RunningProcess } from './running-process.node.ts'
import { isAlive, processNamespace, systemError, thisProcess } from './running-process.node.ts'

/** Letters of the file's own name that are kept: names have at most 255 bytes. */
const KEPT = 50

/** A name in the same folder for a file that is not complete; it tells which process writes it. */
export function temporaryName(path: string): string {
  const { pid, began } = thisProcess()
  // No secret, and there is no file of that name: what is random enough for secrets takes long to load.
  const random = Math.floor(Math.random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0')
  return join(dirname(path), `${prefixOf(path)}${hostTag()}-${pid}-${began}-${random}.tmp`)
}

/** Removes what processes that are no more have left of a file. What cannot be removed stays. */
export function removeAbandoned(path: string): void {
  const folder = dirname(path)
  const prefix = prefixOf(path)
  for (const name of namesIn(folder)) {
    if (!name.startsWith(prefix)) continue
    const owner = ownerOf(name.slice(prefix.length))
    if (owner === undefined || isAlive(owner)) continue
    try {
      rmSync(join(folder, name), { force: true })
    } catch (error) {
      systemError(error)
    }
  }
}

function prefixOf(path: string): string {
  return `.${basename(path).slice(0, KEPT)}.`
}

/** Which process wrote a file; undefined where it is not one of this machine's. */
function ownerOf(rest: string): RunningProcess | undefined {
  const found = /^([0-9a-f]{8})-(\d{1,10})-(\d*)-[0-9a-f]{8}\.tmp$/.exec(rest)
  if (found === null || found[1] !== hostTag()) return undefined
  return { pid: Number(found[2]), host: hostname(), began: found[3] }
}

/** Stands for this machine, and where it has containers for this one. */
function hostTag(): string {
  const text = new TextEncoder().encode(`${hostname()} ${processNamespace()}`)
  return lookup3(text, 0, text.length).toString(16).padStart(8, '0')
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    systemError(error)
    return []
  }
}
