import { Hdf5Error } from '../errors.ts'

/** What an error can be about. */
interface Subject {
  readonly path: string
  readonly file: { readonly name: string }
}

/** Runs an operation; an error that comes out of it says which object of which file it is about. */
export function about<T>(subject: Subject, operation: () => T): T {
  try {
    return operation()
  } catch (error) {
    throw located(error, subject)
  }
}

/** As `about`, for an operation that gives one thing after the other. */
export function* aboutEach<T>(subject: Subject, operation: () => Iterable<T>): Generator<T> {
  try {
    yield* operation()
  } catch (error) {
    throw located(error, subject)
  }
}

/** As `about`, for an operation that takes its time. */
export async function aboutLater<T>(subject: Subject, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation()
  } catch (error) {
    throw located(error, subject)
  }
}

/** As `aboutEach`, for what takes its time. */
export async function* aboutEachLater<T>(subject: Subject, operation: () => AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* operation()
  } catch (error) {
    throw located(error, subject)
  }
}

function located(error: unknown, { path, file }: Subject): unknown {
  if (!(error instanceof Hdf5Error)) return error
  // The innermost object is the one that it is about.
  error.path ??= path
  error.file ??= file.name === '' ? undefined : file.name
  return error
}
