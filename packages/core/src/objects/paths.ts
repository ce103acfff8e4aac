import { LimitError, NotFoundError, UnsupportedError } from '../errors.ts'
import type { FileImage } from '../format/file-image.ts'
import { readObjectHeader } from '../format/read-object-header.ts'
import type { Link } from './links.ts'
import { findLink, isGroup } from './links.ts'

/** An open file as the resolution of paths sees it. */
export interface FileNode {
  readonly image: FileImage
  /** Address of the root group's object header. */
  readonly rootAddress: number
  /** Opens the file that an external link in this file names; NotFoundError where there is none. */
  openExternal(fileName: string): this
  /** Runs a step that goes on in the file, which stays open until then. */
  hold<T>(step: () => T): T
}

/** An object in a file. */
export interface Place<F extends FileNode> {
  file: F
  address: number
}

/** Soft, external and user-defined links that one resolution follows at most, as in the C library. */
const MOST_LINKS = 16

/** The components of a path: repeated slashes count once, "." is no step. */
export function components(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.')
}

/** Follows a path, and all links on it, to an object. An absolute path starts at the root group. */
export function resolvePath<F extends FileNode>(from: Place<F>, path: string): Place<F> {
  return new Resolution(path, from).follow(from, path)
}

/** Where the last link of a path is: its group, and the link; the links before it are followed. */
export function resolveLink<F extends FileNode>(from: Place<F>, path: string): { group: Place<F>; link: Link } {
  const names = components(path)
  const last = names.pop()
  if (last === undefined) throw new NotFoundError(`"${path}" names no link`, { path })
  const prefix = `${path.startsWith('/') ? '/' : ''}${names.join('/')}`
  const resolution = new Resolution(path, from)
  const group = resolution.follow(from, prefix)
  return { group, link: resolution.linkIn(group, last) }
}

/** Follows one link that was found in a group. */
export function followLink<F extends FileNode>(group: Place<F>, link: Link): Place<F> {
  return new Resolution(link.name, group).step(group, link)
}

class Resolution<F extends FileNode> {
  readonly #path: string
  #left = MOST_LINKS

  // The starting place is taken for the sake of its type.
  constructor(path: string, _from: Place<F>) {
    this.#path = path
  }

  follow(from: Place<F>, path: string): Place<F> {
    let place = path.startsWith('/') ? { file: from.file, address: from.file.rootAddress } : from
    for (const name of components(path)) place = this.step(place, this.linkIn(place, name))
    return place
  }

  linkIn(group: Place<F>, name: string): Link {
    const header = readObjectHeader(group.file.image, group.address)
    const link = isGroup(header) ? findLink(group.file.image, header, name) : undefined
    if (link === undefined) throw new NotFoundError(`no "${name}" on the path "${this.#path}"`, { path: this.#path })
    return link
  }

  step(group: Place<F>, link: Link): Place<F> {
    if (link.kind === 'hard') return { file: group.file, address: link.address }
    if (this.#left-- === 0) throw new LimitError(`more than ${MOST_LINKS} links to follow`, { path: this.#path })
    if (link.kind === 'soft') return this.follow(group, link.target)
    if (link.kind === 'external') {
      const file = group.file.openExternal(link.file)
      return file.hold(() => this.#beyond({ file, address: file.rootAddress }, link.target))
    }
    throw new UnsupportedError(`"${link.name}" is a user-defined link of type ${link.type}`, { path: this.#path })
  }

  /** In another file, whatever keeps a link from being followed counts as nothing being there. */
  #beyond(root: Place<F>, path: string): Place<F> {
    try {
      return this.follow(root, path)
    } catch (error) {
      if (error instanceof LimitError || error instanceof UnsupportedError)
        throw new NotFoundError(error.message, { path: this.#path, cause: error })
      throw error
    }
  }
}
