import type { H5Object, Link } from '@h5kit/core'
import { Hdf5Error, NotFoundError, UnreachableError } from '@h5kit/core'
import type { File } from '@h5kit/core/node'
import { attempt } from '../render/attempt.ts'

/** What a path of one of the files is. */
export type Target =
  /** The object itself: the root group, or what a hard link leads to. */
  | { kind: 'object' }
  /** A soft, external or user-defined link; `object` is what it leads to, where links are followed. */
  | { kind: 'link'; link: Link; object: H5Object | undefined }
  /** A link that is followed and leads nowhere. */
  | { kind: 'dangling'; link: Link }
  /** There is no such link, or it cannot be told where it leads. */
  | { kind: 'unknown' }

/** Looks at what a path is; where links are followed, at what they lead to. */
export function targetOf(file: File, path: string, follow: boolean): Target {
  if (path === '/') return { kind: 'object' }
  const link = attempt(() => file.link(path))
  if (link === undefined) return { kind: 'unknown' }
  if (link.kind === 'hard') return { kind: 'object' }
  if (!follow) return { kind: 'link', link, object: undefined }
  try {
    return { kind: 'link', link, object: file.get(path) }
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    const dangling = error instanceof NotFoundError && !(error instanceof UnreachableError)
    return dangling ? { kind: 'dangling', link } : { kind: 'unknown' }
  }
}

/** Whether two links that are not followed lead to the same place, as far as that can be told. */
export function sameLink(a: Link, b: Link): boolean {
  if (a.kind === 'soft' && b.kind === 'soft') return a.target === b.target
  if (a.kind === 'external' && b.kind === 'external') return a.file === b.file && a.target === b.target
  if (a.kind !== 'user-defined' || b.kind !== 'user-defined') return false
  return a.type === b.type && a.data.length === b.data.length
}
