import { existsSync, realpathSync, statSync } from 'node:fs'
import type { File } from '@h5kit/core'
import { NotFoundError, WriteError } from '@h5kit/core'
import { editFile, openForReading } from '@h5kit/core/node'

/** A file, and the path of an object in it. */
export interface Target {
  name: string
  path: string
}

/** Takes FILE/OBJECT apart: the file is the longest part that there is one of. */
export function targetOf(argument: string): Target {
  const target = inFile(argument)
  if (target === undefined) throw new NotFoundError(`no such file: ${argument}`, { file: argument })
  return target
}

function inFile(argument: string): Target | undefined {
  for (let name = argument; ; ) {
    if (existsSync(name) && statSync(name).isFile()) {
      const path = argument.slice(name.length)
      return { name, path: path === '' ? '/' : path }
    }
    const slash = name.lastIndexOf('/')
    if (slash <= 0) return undefined
    name = name.slice(0, slash)
  }
}

/** A new name in a file, which may stand behind the name of that file as the old one does. */
export function newNameIn(file: string, argument: string): string {
  const target = inFile(argument)
  if (target === undefined || target.path === '/') return argument
  if (realpathSync(target.name) === realpathSync(file)) return target.path
  throw new WriteError(`${target.name} is another file; h5 copy copies objects there`, { file })
}

/** Opens a file for what is done with it, and commits what was changed in the end. */
export function editing<T>(name: string, step: (file: File) => T): T {
  using file = editFile(name)
  const result = step(file)
  file.close()
  return result
}

export function reading<T>(name: string, step: (file: File) => T): T {
  using file = openForReading(name)
  return step(file)
}

/** What a change would come to: done in memory and told of, and the file stays as it is. */
export function rehearsed(name: string, step: (file: File) => void): { reclaimable: number } {
  using file = editFile(name)
  step(file)
  const { freed } = file.editor.rehearse()
  return { reclaimable: Math.max(0, freed) }
}
