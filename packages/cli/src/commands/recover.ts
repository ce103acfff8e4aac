import type { Recovery } from '@h5kit/core'
import { recoverObjects } from '@h5kit/core'
import { AtomicFile, openFile } from '@h5kit/core/node'

/** Writes what is still readable of a file into a new one, which appears whole. */
export function recover(path: string, output: string): Recovery {
  using source = openFile(path, { allowTruncated: true, allowUnclosed: true, allowRootless: true })
  const target = new AtomicFile(output, { replace: false })
  try {
    const recovery = recoverObjects(source, target)
    target.commit()
    return recovery
  } finally {
    target.abort()
  }
}
