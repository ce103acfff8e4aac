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

/** What a file has: objects by the first path to them, and links that lead to none of them or not for sure. */
export type Row =
  | {
      kind: H5Object['kind']
      path: string
      address: number
      /** Undefined for the root group. */
      first: ObjectLink | undefined
      /** Further hard links, where there are any. */
      more?: ObjectLink[]
    }
  | { kind: 'link'; path: string; first: ObjectLink }

/** A row of an object. */
export type ObjectRow = Exclude<Row, { kind: 'link' }>

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
  const add = (kind: H5Object['kind'], address: number, first: ObjectLink | undefined, path: string): void => {
    const row: ObjectRow = { kind, path, address, first }
    objects.set(address, row)
    rows.push(row)
  }
  const visit = (group: Group, prefix: string, depth: number): void => {
    if (depth > DEEPEST) throw new LimitError(`groups nested more than ${DEEPEST} deep`)
    for (const link of ordered(group, order)) {
      const path = `${prefix}/${link.name}`
      if (left.size > 0 && left.has(path)) continue
      const first = { path, group: group.address, link }
      if (link.kind !== 'hard') {
        rows.push({ kind: 'link', path, first })
        continue
      }
      const known = objects.get(link.address)
      if (known !== undefined) {
        known.more ??= []
        known.more.push(first)
        continue
      }
      if (group.looksLikeDataset(link)) {
        add('dataset', link.address, first, path)
        continue
      }
      const object = file.object(link.address, path)
      add(object.kind, object.address, first, path)
      if (object.kind === 'group') visit(object, path, depth + 1)
    }
  }
  add('group', file.rootAddress, undefined, '/')
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
