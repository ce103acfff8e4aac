import type { Group, H5Object, Link } from '@h5kit/core'
import { LimitError, NotFoundError } from '@h5kit/core'
import type { File } from '@h5kit/core/node'
import { targetOf } from './diff-links.ts'

/** What an entry of a listing is: an object, or a link that is not followed or leads nowhere. */
export type EntryKind = H5Object['kind'] | 'link' | 'user-defined link'

/** A place in one of the files, with the object that is there. */
export interface Entry {
  path: string
  kind: EntryKind
  /** Undefined for links. */
  object: ObjectPlace | undefined
}

/** What tells an object from others. */
export interface ObjectPlace {
  file: File
  address: number
}

export function placeOf(object: H5Object): ObjectPlace {
  return { file: object.file as File, address: object.address }
}

/** Links on the way to other links that are followed at most; more can only be malice. */
const DEEPEST = 1_000

/** Lists all that is below a group: its links by name, each group's links behind the first hard link to it. */
export class Listing {
  readonly entries: Entry[] = []
  /** Whether a link that leads nowhere was come upon. */
  dangling = false
  /** Whether a link was come upon that only a program knows how to follow. */
  unknown = false
  readonly #file: File
  readonly #follow: boolean
  /** Where links that were followed lead, by kind. */
  readonly #followed = new Set<string>()
  #depth = 0

  /** Visits within visits that are under way, or were when one failed. */
  get depth(): number {
    return this.#depth
  }

  constructor(file: File, follow: boolean) {
    this.#file = file
    this.#follow = follow
  }

  /** Adds what a path leads to, and what is below it where that is a group. */
  visit(path: string): void {
    if (++this.#depth > DEEPEST) throw new LimitError(`more than ${DEEPEST} links lead to one another`, { path })
    const object = this.#file.get(path)
    this.entries.push({ path, kind: object.kind, object: placeOf(object) })
    if (object.kind === 'group') this.#below(object, path.endsWith('/') ? path : `${path}/`)
    this.#depth--
  }

  #below(group: Group, prefix: string): void {
    for (const { path, link } of group.visit()) {
      const full = prefix + path
      if (link.kind !== 'hard') this.#link(full, link)
      else {
        const object = group.file.object(link.address, full)
        this.entries.push({ path: full, kind: object.kind, object: placeOf(object) })
      }
    }
  }

  #link(path: string, link: Link): void {
    if (!this.#follow) {
      this.#add(path, link)
      return
    }
    if (link.kind === 'user-defined') {
      this.unknown = true
      throw new NotFoundError(`a user-defined link of type ${link.type}`, { path })
    }
    const target = targetOf(this.#file, path, true)
    if (target.kind === 'dangling') {
      this.dangling = true
      this.#add(path, link)
      return
    }
    if (target.kind !== 'link') throw new NotFoundError('a link that cannot be followed', { path })
    // One that leads by the same path into another file counts as followed too.
    const key = `${link.kind}:${'target' in link ? link.target : ''}`
    if (this.#followed.has(key)) return
    this.#followed.add(key)
    this.visit(path)
  }

  #add(path: string, link: Link): void {
    this.entries.push({ path, kind: link.kind === 'soft' ? 'link' : 'user-defined link', object: undefined })
  }
}
