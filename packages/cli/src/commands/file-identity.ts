import { statSync } from 'node:fs'

/** The same for all names of a file on disk; undefined where there is no file of the name. */
export function fileIdentity(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found && `${found.dev}:${found.ino}`
}
