import type { Group, H5Object, Link } from '@h5kit/core'
import { LimitError } from '@h5kit/core'
import type { File } from '@h5kit/core/node'

/** A link to an object, by its path. */
export interface ObjectLink {
  path: string
  /** Address of the group that it is in. */
  group: number
  link: Link
}

/** A row of an object, with the first link to it. There are many. */
export interface ObjectRow {
  kind: H5Object['kind']
  path: string
  address: number
  /** Address of the group that the link is in; undefined for the root group. */
  group: number | undefined
  link: Link | undefined
  /** Further hard links, where there are any. */
  more: ObjectLink[] | undefined
}

/** What a file has: objects by the first path to them, and links that lead to none of them or not for sure. */
export type Row = ObjectRow | ({ kind: 'link' } & ObjectLink)

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

/** All that a file has, each group's rows behind its own; paths that are left out lead to nothing. */
export function objectTable(file: File, order: TableOrder, dropped: readonly string[]): Row[] {
  const rows: Row[] = []
  const objects = new Map<number, ObjectRow>()
  const left = new Set(dropped.map((path) => `/${path.replace(/^\/+|\/+$/g, '')}`))
  const add = (
    kind: H5Object['kind'],
    path: string,
    address: number,
    group: number | undefined,
    link: Link | undefined,
  ): void => {
    const row: ObjectRow = { kind, path, address, group, link, more: undefined }
    objects.set(address, row)
    rows.push(row)
  }
  const visit = (group: Group, prefix: string, depth: number): void => {
    if (depth > DEEPEST) throw new LimitError(`groups nested more than ${DEEPEST} deep`)
    const { address } = group
    const start = `${prefix}/`
    for (const link of ordered(group, order)) {
      const path = start + link.name
      if (left.size > 0 && left.has(path)) continue
      if (link.kind !== 'hard') {
        rows.push({ kind: 'link', path, group: address, link })
        continue
      }
      const known = objects.get(link.address)
      if (known !== undefined) {
        known.more ??= []
        known.more.push({ path, group: address, link })
        continue
      }
      if (group.looksLikeDataset(link)) {
        add('dataset', path, link.address, address, link)
        continue
      }
      const object = file.object(link.address, path)
      add(object.kind, path, object.address, address, link)
      if (object.kind === 'group') visit(object, path, depth + 1)
    }
  }
  add('group', '/', file.rootAddress, undefined, undefined)
  visit(file.root, '', 0)
  return rows
}

function ordered(group: Group, { sortBy, descending }: TableOrder): Iterable<Link> {
  const links = group.links(sortBy)
  return descending ? [...links].reverse() : links
}

/** The row of an object that a name on the command line is a path to; undefined where there is none. */
export function namedRow(rows: readonly Row[], name: string): Row | undefined {
  const path = name.startsWith('/') ? name : `/${name}`
  return rows.find((row) => row.path === path || (row.kind !== 'link' && row.more?.some((link) => link.path === path)))
}

/** Bytes of the elements of a dataset as they are in memory; 0 for other objects. */
export function elementBytes(file: File, row: Row): number {
  if (row.kind !== 'dataset') return 0
  const dataset = file.object(row.address, row.path)
  return dataset.kind === 'dataset' ? dataset.shape.reduce((size, n) => size * n, dataset.type.size) : 0
}
