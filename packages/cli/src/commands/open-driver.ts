import type { Hdf5Error } from '@h5kit/core'
import { NotFoundError, UnsupportedError } from '@h5kit/core'
import type { File, FileOptions } from '@h5kit/core/node'
import { guessDriver, openForReading } from '@h5kit/core/node'
import type { DriverChoice } from '../options/driver.ts'
import { ANY_DRIVER } from '../options/driver.ts'

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

/** Refuses to make a file in the place of one that is there already, though in several files under other names. */
export function refuseParts(path: string): void {
  const { file } = openWithDriver(path, ANY_DRIVER)
  if (file === undefined) return
  file.close()
  throw new UnsupportedError(`${path} is kept in several files, which are only read`, { file: path })
}

/**
 * Opens FILE/OBJECT. Which slash parts the two is found by trying: the whole argument first, then without its last
 * component, and so on. The error is that of the longest name that exists.
 */
export function openArgument(argument: string, choice: DriverChoice, number: number): Opened & { object: string } {
  let name = argument
  let error: Hdf5Error | undefined
  let firstNumber = number
  for (;;) {
    const opened = openWithDriver(name, choice, { firstNumber })
    firstNumber = opened.nextNumber
    if (error === undefined || error instanceof NotFoundError) error = opened.error
    const slash = name.lastIndexOf('/')
    if (opened.file !== undefined || slash <= 0) return { ...opened, error, object: argument.slice(name.length) }
    name = name.slice(0, slash)
  }
}
