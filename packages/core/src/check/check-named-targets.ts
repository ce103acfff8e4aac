import { Hdf5Error, NotFoundError } from '../errors.ts'
import type { FileImage } from '../format/file-image.ts'
import type { ByteSource } from '../io/byte-source.ts'
import type { FileNode } from '../objects/paths.ts'
import { resolvePath } from '../objects/paths.ts'
import type { FileState } from './file-state.ts'

/** A file as the resolution of paths sees it, without a way to others. */
class LoneFile implements FileNode {
  readonly image: FileImage
  readonly rootAddress: number
  /** Whether a path led out of the file: it is not followed further. */
  left = false

  constructor(image: FileImage, rootAddress: number) {
    this.image = image
    this.rootAddress = rootAddress
  }

  openExternal(fileName: string): this {
    this.left = true
    throw new NotFoundError(`in the file "${fileName}"`)
  }

  hold<T>(step: () => T): T {
    return step()
  }
}

/** Notes soft and external links that lead nowhere. */
export function checkNamedTargets(
  state: FileState,
  rootAddress: number,
  openOther: ((fileName: string) => ByteSource | undefined) | undefined,
): void {
  const { check } = state
  const file = new LoneFile(check.image, rootAddress)
  for (const { kind, path, group, file: fileName, target, place } of state.named) {
    check.path = path
    if (kind === 'external') {
      if (openOther === undefined || !check.limits.externalLinks) continue
      const source = openOther(fileName)
      source?.close?.()
      if (source === undefined) check.report('note', place, `there is no file "${fileName}"`, 'link.dangling')
      continue
    }
    if (leadsNowhere(file, group, target)) {
      check.report('note', place, `leads to "${target}", where nothing is`, 'link.dangling')
    }
  }
  check.path = ''
}

function leadsNowhere(file: LoneFile, group: number, target: string): boolean {
  file.left = false
  try {
    resolvePath({ file, address: group }, target)
    return false
  } catch (error) {
    if (error instanceof Hdf5Error) return error instanceof NotFoundError && !file.left
    throw error
  }
}
