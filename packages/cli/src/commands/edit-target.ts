import { existsSync, realpathSync, statSync } from 'node:fs'
import type { File } from '@h5kit/core'
import { NotFoundError, WriteError } from '@h5kit/core'
import { LockList, openForReading } from '@h5kit/core/node'

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
export async function editing<T>(name: string, step: (file: File) => T): Promise<T> {
  return opened(name, async (file, locks) => {
    const result = step(file)
    await locks.ask()
    file.close()
    return result
  })
}

/** What a change would come to: done in memory and told of, and the file stays as it is. */
export async function rehearsed(name: string, step: (file: File) => void): Promise<{ reclaimable: number }> {
  return opened(name, async (file, locks) => {
    step(file)
    await locks.ask()
    const { freed, sizeBefore, sizeAfter } = file.editor.rehearse()
    return { reclaimable: Math.max(0, freed + sizeBefore - sizeAfter) }
  })
}

/** Opens a file to be changed. Who has it locked is found out meanwhile. */
async function opened<T>(name: string, use: (file: File, locks: LockList) => Promise<T>): Promise<T> {
  const locks = new LockList()
  locks.ask()
  const { openToEdit } = await import('./edit-file.ts')
  using file = openToEdit(name, locks)
  return await use(file, locks)
}

export function reading<T>(name: string, step: (file: File) => T): T {
  using file = openForReading(name)
  return step(file)
}
