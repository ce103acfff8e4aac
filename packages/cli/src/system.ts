import { fstatSync } from 'node:fs'

// What Node has for these takes longer to load than many a task to do.

/** Milliseconds since the process began. */
export function now(): number {
  return process.uptime() * 1000
}

/** Whether standard error goes to a terminal; the stream, which knows, is asked about what may be one alone. */
export function isTerminal(): boolean {
  return isDevice(2) && process.stderr.isTTY
}

function isDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    return false
  }
}
