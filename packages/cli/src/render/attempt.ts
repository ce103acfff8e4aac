import { Hdf5Error } from '@h5kit/core'

/** What an operation gives; undefined where the file does not let it through. */
export function attempt<T>(operation: () => T): T | undefined {
  try {
    return operation()
  } catch (error) {
    if (error instanceof Hdf5Error) return undefined
    throw error
  }
}
