import { fstatSync, statSync } from 'node:fs'
import { devNull } from 'node:os'

// What Node has for these takes longer to load than many a task to do.

/** Milliseconds since the process began. */
export function now(): number {
  return process.uptime() * 1000
}

/** Whether standard output (1) or error (2) goes to a terminal; the stream, which knows, is asked about what may be one alone. */
export function isTerminal(descriptor: 1 | 2): boolean {
  return mayBeTerminal(descriptor) && (descriptor === 1 ? process.stdout : process.stderr).isTTY
}

/** Whether a descriptor is a device, and not the one that everything is thrown into. */
function mayBeTerminal(descriptor: number): boolean {
  try {
    const stat = fstatSync(descriptor)
    return stat.isCharacterDevice() && stat.rdev !== statSync(devNull, { throwIfNoEntry: false })?.rdev
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    return false
  }
}
