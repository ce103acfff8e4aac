import { NotFoundError, UnreachableError } from '../errors.ts'
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

  /** @param last whether the path leads to the object itself, not to one on the way to it */
  follow(from: Place<F>, path: string, last = true): Place<F> {
    let place = path.startsWith('/') ? { file: from.file, address: from.file.rootAddress } : from
    const names = components(path)
    for (const [i, name] of names.entries()) {
      const final = last && i === names.length - 1
      place = this.step(place, this.linkIn(place, name, final), final)
    }
    return place
  }

  linkIn(group: Place<F>, name: string, last = true): Link {
    const header = readObjectHeader(group.file.image, group.address)
    const link = isGroup(header) ? findLink(group.file.image, header, name) : undefined
    if (link === undefined) throw this.#missing(`no "${name}" on the path "${this.#path}"`, last)
    return link
  }

  step(group: Place<F>, link: Link, last = true): Place<F> {
    if (link.kind === 'hard') return { file: group.file, address: link.address }
    if (this.#left-- === 0) throw this.#missing(`more than ${MOST_LINKS} links to follow`, false)
    if (link.kind === 'soft') return this.follow(group, link.target, last)
    if (link.kind === 'external') return this.#beyond(group.file, link.file, link.target, last)
    throw this.#missing(`"${link.name}" is a user-defined link of type ${link.type}`, false)
  }

  /** In another file, whatever keeps a path from being followed counts as nothing being there. */
  #beyond(from: F, fileName: string, path: string, last: boolean): Place<F> {
    try {
      const file = from.openExternal(fileName)
      return file.hold(() => this.follow({ file, address: file.rootAddress }, path))
    } catch (error) {
      throw error instanceof NotFoundError ? this.#missing(error.message, last) : error
    }
  }

  #missing(what: string, last: boolean): NotFoundError {
    const place = { path: this.#path }
    return last ? new NotFoundError(what, place) : new UnreachableError(what, place)
  }
}
