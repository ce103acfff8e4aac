import { changeFile } from './change-file.node.ts'
import type { ClearOptions, ClearReport } from './clear.ts'
import { clear, fileEnds } from './clear.ts'
import { openDriver } from './drivers.node.ts'

/** Clears what keeps a file from being opened: marks of its writer, an image of its metadata cache, a wrong end. */
export function clearFile(path: string, options: ClearOptions): ClearReport {
  let found: ClearReport = { hadCacheImage: false }
  changeFile(path, (transaction) => {
    const { size, report } = clear(transaction, options)
    found = report
    return size
  })
  return found
}

/** Where a file on disk ends, and where it says that it does: in bytes from its start. */
export function readFileEnds(path: string): { said: number; size: number } {
  const source = openDriver('sec2', path)
  try {
    return fileEnds(source)
  } finally {
    source.close?.()
  }
}
