import type { Hdf5Error } from '@h5kit/core'
import type { File, FileOptions } from '@h5kit/core/node'
import { guessDriver, openForReading } from '@h5kit/core/node'
import type { DriverChoice } from '../options/driver.ts'

/** A file with the name of the driver that opened it, as the reference reports it; or why it cannot be opened. */
export interface Opened {
  file: File | undefined
  driver: string
  error: Hdf5Error | undefined
  /** What the next file is numbered where this one could not be opened. */
  nextNumber: number
}

/** Opens a file with the driver that was asked for, or with the first one that can. */
export function openWithDriver(path: string, choice: DriverChoice, options: FileOptions = {}): Opened {
  const first = options.firstNumber ?? 1
  const { revision } = choice
  const guess = guessDriver(path, choice.driver, (driver, attempts) =>
    openForReading(path, {
      ...options,
      driver,
      firstNumber: first + attempts,
      ...(revision === undefined ? {} : { revision }),
    }),
  )
  // A split file is a multi file with two parts.
  const driver = guess.driver === 'split' ? 'multi' : guess.driver
  return { file: guess.opened, driver, error: guess.error, nextNumber: first + guess.attempts }
}
