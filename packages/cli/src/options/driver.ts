import type { DriverName } from '@h5kit/core/node'
import { decimalInteger } from './c-numbers.ts'

/** The file driver that a command line asks for. */
export interface DriverChoice {
  /** Undefined where those that there are have to be tried. */
  driver: DriverName | undefined
  /** Of a file with revisions; undefined for the latest. */
  revision: number | undefined
}

export const ANY_DRIVER: DriverChoice = { driver: undefined, revision: undefined }

/** The reference's names of drivers that there are here too. */
const NAMES: readonly DriverName[] = ['sec2', 'stdio', 'log', 'core', 'family', 'split', 'multi', 'onion']
/** By the C library's numbers (H5FD_class_value_t). */
const VALUES: readonly DriverName[] = ['sec2', 'core', 'log', 'family', 'multi', 'stdio']

/** The driver of that name; undefined where there is none. */
export function driverByName(name: string): DriverName | undefined {
  return NAMES.find((each) => each === name)
}

/** The driver of that number; undefined where there is none. What is no number is 0, as C's atoi has it. */
export function driverByValue(text: string): DriverName | undefined {
  return VALUES[decimalInteger(text)]
}
