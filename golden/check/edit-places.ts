/** What there is in a file that edits can be done to. */
import type { Dataset } from '../../packages/core/src/api/dataset.ts'
import type { File } from '../../packages/core/src/api/file.ts'
import type { H5Object } from '../../packages/core/src/api/objects.ts'
import type { Link } from '../../packages/core/src/objects/links.ts'
import { outsideParts } from '../../packages/core/src/write/object-copy-elements.ts'

export interface Found {
  path: string
  link: Link
}

export function linksOf(file: File): Found[] {
  return [...file.visit()].map(({ path, link }) => ({ path: `/${path}`, link }))
}

/** The objects of a file, each once. */
export function objectsOf(file: File): H5Object[] {
  const found = new Map<number, H5Object>([[file.rootAddress, file.root]])
  for (const { path, link } of linksOf(file)) {
    if (link.kind === 'hard' && !found.has(link.address)) found.set(link.address, file.get(path))
  }
  return [...found.values()]
}

export function groupsOf(file: File): string[] {
  return objectsOf(file)
    .filter(({ kind }) => kind === 'group')
    .map(({ path }) => path)
}

export function datasetsOf(file: File, wanted: (dataset: Dataset) => boolean): Dataset[] {
  return objectsOf(file)
    .filter((object) => object.kind === 'dataset')
    .filter((dataset) => wanted(dataset))
}

/** Whether the elements of a dataset are in the file, and can be written. */
export function isWritable({ layout, externalFiles, space }: Dataset): boolean {
  return layout.kind !== 'virtual' && externalFiles.length === 0 && space.kind !== 'null'
}

export function sizeOf({ shape, type }: Dataset): number {
  return shape.reduce((product, size) => product * size, type.size)
}

export function isPlain({ type }: Dataset): boolean {
  const { sequences, references } = outsideParts(type)
  return !sequences && !references
}

export function child(group: string, name: string): string {
  return group === '/' ? `/${name}` : `${group}/${name}`
}

/** As places of objects are told; the root group's is empty. */
export function place(path: string): string {
  return path === '/' ? '' : path
}
