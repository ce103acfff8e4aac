import { existsSync, linkSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { IoError } from '@h5kit/core'
import type { File } from '@h5kit/core/node'
import { createFile, editFile } from '@h5kit/core/node'
import { refuseParts } from './open-driver.ts'

/** A file that is changed as a whole or not at all. */
export interface ChangedFile {
  file: File
  /** Makes the changes, and the file where there was none. */
  keep(): void
  /** Leaves everything as it was, unless it was kept; to be called in any case. */
  drop(): void
}

/** Opens a file to be changed; where there is none, an empty one that gets its name when it is kept. */
export function fileToChange(path: string): ChangedFile {
  return existsSync(path) ? existing(path) : fresh(path)
}

function existing(path: string): ChangedFile {
  const file = editFile(path)
  let kept = false
  return {
    file,
    keep() {
      file.editor.commit()
      kept = true
    },
    drop() {
      if (!kept) file.editor.abandon()
      file.close()
    },
  }
}

/** In the form in which the library makes files where nothing else is said. */
function fresh(path: string): ChangedFile {
  refuseParts(path)
  const temporary = join(dirname(path), `.${basename(path)}.${crypto.randomUUID()}.tmp`)
  try {
    createFile(temporary, { mode: 'x', low: 'v108', trackTimes: true }).close()
    const { file, keep, drop } = existing(temporary)
    return {
      file,
      keep() {
        keep()
        name(temporary, path)
      },
      drop() {
        drop()
        rmSync(temporary, { force: true })
      },
    }
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** A file of that name that came to be meanwhile stays. */
function name(temporary: string, path: string): void {
  try {
    linkSync(temporary, path)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    throw new IoError(`cannot create ${path} (${code})`, { file: path, cause })
  }
}
