import { LimitError } from '../errors.ts'
import type { FileImage } from '../format/file-image.ts'
import { readObjectHeader } from '../format/read-object-header.ts'
import type { IndexOrder, Link } from './links.ts'
import { groupLinks, isGroup } from './links.ts'

/** A link somewhere below a group. */
export interface VisitedLink {
  /** From the group where the visit began. */
  path: string
  link: Link
}

/** Groups within groups that are gone into at most; deeper ones can only be damage or malice. */
const DEEPEST_GROUP = 1_000

/**
 * All links below a group, each group's links behind the link to it. A group is gone into once, by its first hard
 * link, so that cycles end; soft and external links are listed and not followed.
 */
export function* visitLinks(image: FileImage, address: number, order: IndexOrder = 'name'): Generator<VisitedLink> {
  const entered = new Set([address])
  yield* below(image, address, '', order, entered, 0)
}

function* below(
  image: FileImage,
  address: number,
  prefix: string,
  order: IndexOrder,
  entered: Set<number>,
  depth: number,
): Generator<VisitedLink> {
  if (depth > DEEPEST_GROUP) throw new LimitError(`groups nested more than ${DEEPEST_GROUP} deep`, { path: prefix })
  for (const link of groupLinks(image, readObjectHeader(image, address), order)) {
    const path = prefix + link.name
    yield { path, link }
    if (link.kind !== 'hard' || entered.has(link.address)) continue
    if (!isGroup(readObjectHeader(image, link.address))) continue
    entered.add(link.address)
    yield* below(image, link.address, `${path}/`, order, entered, depth + 1)
  }
}

/** Finds paths of objects of a file by their addresses; goes through the file once at most, as far as is asked for. */
export class PathIndex {
  readonly #image: FileImage
  readonly #rootAddress: number
  readonly #paths = new Map<number, string>()
  #visit: Iterator<VisitedLink>

  constructor(image: FileImage, rootAddress: number) {
    this.#image = image
    this.#rootAddress = rootAddress
    this.#paths.set(rootAddress, '/')
    this.#visit = this.#begin()
  }

  #begin(): Iterator<VisitedLink> {
    return visitLinks(this.#image, this.#rootAddress, 'native')
  }

  /** The first path to an object; undefined where no hard link leads to it. */
  find(address: number): string | undefined {
    for (;;) {
      const known = this.#paths.get(address)
      if (known !== undefined) return known
      const next = this.#step()
      if (next.done === true) return undefined
      const { path, link } = next.value
      if (link.kind === 'hard' && !this.#paths.has(link.address)) this.#paths.set(link.address, `/${path}`)
    }
  }

  #step(): IteratorResult<VisitedLink> {
    try {
      return this.#visit.next()
    } catch (error) {
      // A generator that threw is over, but what it missed may be there when it is asked again.
      this.#visit = this.#begin()
      throw error
    }
  }
}
