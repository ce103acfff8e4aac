import type { File, LockList } from '@h5kit/core/node'
import { editFile } from '@h5kit/core/node'

/** Opens a file to be changed; apart from those who ask for it, as most of a short run goes into loading what changes files. */
export function openToEdit(name: string, locks: LockList): File {
  return editFile(name, { locks })
}
