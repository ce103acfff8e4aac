import { WriteError } from '../errors.ts'
import type { LinkTargetDraft } from './drafts.ts'

/** Refuses names that no link has: of those with a null character, the C library reads what stands in front of it. */
export function checkLinkName(name: string): void {
  if (name !== '' && name !== '.' && !/[/\0]/.test(name)) return
  throw new WriteError(`${JSON.stringify(name)} cannot be the name of a link`)
}

/** Refuses targets in the same way; the library has no empty ones either. */
export function checkLinkTarget(to: LinkTargetDraft): void {
  if ('path' in to) checkText(to.path, 'path')
  if ('file' in to) checkText(to.file, 'file')
}

function checkText(text: string, what: string): void {
  if (text === '' || text.includes('\0')) throw new WriteError(`no link leads to the ${what} ${JSON.stringify(text)}`)
}
