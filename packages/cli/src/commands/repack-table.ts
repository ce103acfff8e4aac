import type { Group, H5Object, Link } from '@h5kit/core'
import { LimitError } from '@h5kit/core'
import type { File } from '@h5kit/core/node'

/** A link, by its path. */
export interface ObjectLink {
  path: string
  /** Address of the group that it is in. */
  group: number
  link: Link
}

/** An object, at the first link to it. */
export interface ObjectRow {
  kind: H5Object['kind']
  path: string
  address: number
  /** Address of the group that the link is in; undefined for the root group. */
  group: number | undefined
  link: Link | undefined
}

/** A link that leads to no object of the file, or not for sure. */
export type LinkRow = { kind: 'link' } & ObjectLink

/** A further hard link to an object. */
export type FurtherRow = { kind: 'further'; address: number } & ObjectLink

/** An object on the way through a file: opened, unless a look tells that it is a dataset. */
export interface FoundRow extends ObjectRow {
  object: H5Object | undefined
}

/** Whether a link leads to an object, as to all but the root group. */
export function isPlaced<T extends Pick<ObjectRow, 'group' | 'link'>>(
  row: T,
): row is T & Pick<ObjectLink, 'group' | 'link'> {
  return row.link !== undefined
}

/** In which order the links of groups are gone through. */
export interface TableOrder {
  sortBy: 'name' | 'creation'
  descending: boolean
}

/** Deeper groups can only be damage. */
const DEEPEST = 1_000

/**
 * The way through all that a file has: each group, and then its links, groups among them with all that they have.
 *
 * @param dropped paths that lead to nothing
 */
export function* walkFile(
  file: File,
  order: TableOrder,
  dropped: readonly string[],
): Generator<FoundRow | LinkRow | FurtherRow, void, undefined> {
  const left = new Set(dropped.map((path) => `/${path.replace(/^\/+|\/+$/g, '')}`))
  const met = new Set([file.rootAddress])
  const { root } = file
  yield { kind: 'group', path: '/', address: file.rootAddress, group: undefined, link: undefined, object: root }
  const open = [{ group: root, start: '/', links: ordered(root, order) }]
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    const { group, start, links } = last
    const next = links.next()
    if (next.done === true) {
      open.pop()
      continue
    }
    const link = next.value
    const path = start + link.name
    if (left.size > 0 && left.has(path)) continue
    if (link.kind !== 'hard') {
      yield { kind: 'link', path, group: group.address, link }
      continue
    }
    const { address } = link
    if (met.has(address)) {
      yield { kind: 'further', path, group: group.address, link, address }
      continue
    }
    met.add(address)
    const object = group.looksLikeDataset(link) ? undefined : file.object(address, path)
    yield { kind: object?.kind ?? 'dataset', path, address, group: group.address, link, object }
    if (object?.kind !== 'group') continue
    if (open.length > DEEPEST) throw new LimitError(`groups nested more than ${DEEPEST} deep`)
    open.push({ group: object, start: `${path}/`, links: ordered(object, order) })
  }
}

function ordered(group: Group, { sortBy, descending }: TableOrder): Iterator<Link> {
  const links = group.links(sortBy)
  return (descending ? [...links].reverse() : links)[Symbol.iterator]()
}

/** How many hard links lead to each object, by its address, where that is not one. */
export type LinkCounts = ReadonlyMap<number, number>

/** What there is to know of a file before it is written anew: how links lead to its objects, and what there is to write. */
export function survey(
  file: File,
  order: TableOrder,
  dropped: readonly string[],
  elements: boolean,
): { counts: LinkCounts; bytes: number } {
  const counts = new Map<number, number>()
  let bytes = 0
  for (const row of walkFile(file, order, dropped)) {
    if (row.kind === 'further') counts.set(row.address, (counts.get(row.address) ?? 1) + 1)
    else if (elements) bytes += elementBytes(file, row)
  }
  return { counts, bytes }
}

/** A row of an object, with the first link to it. */
export interface TableRow extends ObjectRow {
  /** Further hard links, where there are any. */
  more: ObjectLink[] | undefined
}

/** What a file has: objects by the first path to them, and links that lead to none of them or not for sure. */
export type Row = TableRow | LinkRow

/** All that a file has, each group's rows behind its own; paths that are left out lead to nothing. */
export function objectTable(file: File, order: TableOrder, dropped: readonly string[]): Row[] {
  const rows: Row[] = []
  const objects = new Map<number, TableRow>()
  for (const found of walkFile(file, order, dropped)) {
    if (found.kind === 'link') rows.push(found)
    else if (found.kind === 'further') {
      const { path, group, link } = found
      const known = objects.get(found.address)
      if (known === undefined) continue
      known.more ??= []
      known.more.push({ path, group, link })
    } else {
      const { kind, path, address, group, link } = found
      const row: TableRow = { kind, path, address, group, link, more: undefined }
      objects.set(address, row)
      rows.push(row)
    }
  }
  return rows
}

/** The row of an object that a name on the command line is a path to; undefined where there is none. */
export function namedRow(rows: readonly Row[], name: string): Row | undefined {
  const path = name.startsWith('/') ? name : `/${name}`
  return rows.find((row) => row.path === path || (row.kind !== 'link' && row.more?.some((link) => link.path === path)))
}

/** Bytes of the elements of a dataset as they are in memory; 0 for other objects. */
export function elementBytes(file: File, row: ObjectRow | LinkRow): number {
  if (row.kind !== 'dataset') return 0
  const dataset = file.object(row.address, row.path)
  return dataset.kind === 'dataset' ? dataset.shape.reduce((size, n) => size * n, dataset.type.size) : 0
}
