import { Hdf5Error } from '../errors.ts'

/** Told of what a file does not let be read, where that is not the end. */
export type OnLost = (error: Hdf5Error) => void

/** The result of a step; undefined where the file does not let it be. */
export function attempt<T>(step: () => T, lost: OnLost): T | undefined {
  try {
    return step()
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    lost(error)
    return undefined
  }
}

/** As many of some items as can be read: up to the first one that cannot be. */
export function* readable<T>(items: Iterable<T>, lost: OnLost): Generator<T> {
  const iterator = items[Symbol.iterator]()
  for (;;) {
    const next = attempt(() => iterator.next(), lost)
    if (next === undefined || next.done === true) return
    yield next.value
  }
}
