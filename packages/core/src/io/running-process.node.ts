import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** A process, told apart from others that get its number later. */
export interface RunningProcess {
  pid: number
  host: string
  /** When the process began, in the system's own words; where they differ, the number is another process's. */
  began: string
}

export function thisProcess(): RunningProcess {
  return { pid: process.pid, host: hostname(), began: beginningOf(process.pid) }
}

export function isAlive({ pid, host, began }: RunningProcess): boolean {
  // What goes on at another machine is not known here.
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (systemError(error) === 'ESRCH') return false
  }
  // A system may keep to itself when processes of others began.
  const beginning = beginningOf(pid)
  return began === '' || beginning === '' || beginning === began
}

/** Among whom numbers of processes are given: those of one container, say; empty where the system does not tell. */
export function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch (error) {
    systemError(error)
    return ''
  }
}

function beginningOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch (error) {
    systemError(error)
    return ''
  }
}

/** The code of an error of the operating system; others are thrown on. */
export function systemError(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code)
  throw error
}
