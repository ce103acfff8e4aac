import type { File } from '@h5kit/core'
import { Hdf5Error, NotFoundError } from '@h5kit/core'
import { createFile, editFile } from '@h5kit/core/node'
import type { MkgrpOptions } from '../options/mkgrp.ts'
import type { Output } from '../output.ts'
import { refuseParts } from './open-driver.ts'

/** Makes groups, in a file that is made where it is not there. What was made before one fails stays. */
export function mkgrp(options: MkgrpOptions, output: Output, warn: (message: string) => void): number {
  const { latest, parents, verbose } = options
  using file = opened(options)
  const say = (text: string): void => {
    if (verbose) output.text(`h5mkgrp: ${text}\n`)
  }
  if (latest) say('Creating groups with latest version of the format')
  if (parents) say('Creating parent groups')
  let status = 0
  for (const path of options.groups) {
    try {
      make(file, path, parents)
      say(`created group '${path}'`)
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
      warn(`cannot make the group "${path}": ${error.message}`)
      status = 1
      break
    }
  }
  file.close()
  return status
}

function opened({ file, latest }: MkgrpOptions): File {
  const low = latest ? 'v200' : undefined
  try {
    return editFile(file, { low })
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error
  }
  refuseParts(file)
  createFile(file, { mode: 'x', low: low ?? 'v108', trackTimes: true }).close()
  return editFile(file, { low })
}

function make(file: File, path: string, parents: boolean): void {
  const above = path.replace(/\/+$/, '').replace(/\/*[^/]*$/, '')
  if (!parents && above !== '' && !file.has(above)) throw new NotFoundError(`there is no "${above}"`)
  file.root.createGroup(path)
}
