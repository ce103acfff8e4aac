import type { H5Object, Link } from '@h5kit/core'
import type { File } from '@h5kit/core/node'
import type { DumpOptions, Request } from '../options/dump.ts'
import { resolveSubset } from '../options/subset.ts'
import { attempt } from '../render/attempt.ts'
import type { DdlRenderer } from '../render/dump/ddl.ts'
import { visitFile } from './dump-tables.ts'
import type { DumpWalk, Failed } from './dump-walk.ts'

/** What all requests of a file have to do with. */
interface Dumping {
  file: File
  walk: DumpWalk
  renderer: DdlRenderer
  options: DumpOptions
  failed: Failed
}

/** Dumps one thing that the command line asks for. */
export function dumpRequest(request: Request, dumping: Dumping): void {
  switch (request.kind) {
    case 'attribute':
      attribute(request.name, dumping)
      return
    case 'dataset':
      dataset(request, dumping)
      return
    case 'group':
      group(request.name, dumping)
      return
    case 'link':
      link(request.name, dumping)
      return
    case 'datatype':
      datatype(request.name, dumping)
      return
    case 'any':
      anything(request.name, dumping)
  }
}

/** What a path leads to; undefined where that cannot be read. */
function objectAt(file: File, path: string): H5Object | undefined {
  return attempt(() => file.get(path))
}

/** Splits at the last slash that has no backslash in front. */
function splitAttribute(path: string): { object: string; name: string } {
  const at = /.*(?<!\\)\//s.exec(path)?.[0].length ?? 0
  return { object: at === 0 ? '/' : path.slice(0, at), name: path.slice(at).replaceAll('\\/', '/') }
}

function attribute(path: string, { file, walk, renderer, failed }: Dumping): void {
  const { object, name } = splitAttribute(path)
  const owner = objectAt(file, object)
  if (owner === undefined) {
    renderer.beginMissing('ATTRIBUTE', path)
    failed(`unable to open object "${object}"`)
    renderer.endMissing('ATTRIBUTE')
    return
  }
  const found = attempt(() => owner.attribute(name))
  if (found !== undefined) {
    walk.attribute(1, found)
    return
  }
  renderer.beginMissing('ATTRIBUTE', name)
  failed(`unable to open attribute "${name}"`)
  renderer.endMissing('ATTRIBUTE')
}

function dataset({ name, subset }: Request, dumping: Dumping): void {
  const { file, walk, failed } = dumping
  const found = objectAt(file, name)
  if (found?.kind !== 'dataset') {
    link(name, dumping)
    return
  }
  const selected = subset === undefined ? undefined : resolveSubset(subset, found.shape.length)
  if (typeof selected === 'string') failed(selected)
  else walk.namedDataset(1, name, found, selected)
}

function group(name: string, { file, walk, renderer, failed }: Dumping): void {
  const found = name === '' ? undefined : objectAt(file, name)
  if (found?.kind === 'group') {
    walk.group(1, name, found)
    return
  }
  renderer.beginMissing('GROUP', name)
  failed(`unable to open group "${name}"`)
  renderer.endMissing('GROUP')
}

function datatype(name: string, { file, walk, renderer, failed }: Dumping): void {
  const found = objectAt(file, name) ?? walk.unnamedType(name)
  if (found?.kind === 'datatype') {
    walk.datatype(1, name, found)
    return
  }
  renderer.beginMissing('DATATYPE', name)
  failed(`unable to open datatype "${name}"`)
  renderer.endMissing('DATATYPE')
}

/** A link that leads to nothing, or that is asked for itself. */
function link(name: string, { file, renderer, failed }: Dumping): void {
  const found = attempt(() => file.link(name))
  if (found === undefined) failed(`unable to get link info from "${name}"`)
  else if (found.kind === 'hard') failed(`"${name}" is a hard link`)
  else renderer.namedLink(name, found)
}

/** All objects, attributes and links that a path or a name fits. */
function anything(name: string, dumping: Dumping): void {
  const { file, walk, options } = dumping
  const order = { by: options.sortBy, descending: options.descending }
  const linkPath = name.startsWith('/') ? name : `/${name}`
  const { name: attributeName } = splitAttribute(name)
  for (const visited of visitFile(file, order)) {
    if (visited.kind === 'link') {
      if (visited.path === linkPath) anyLink(name, visited.link, dumping)
      continue
    }
    const { object, path } = visited
    for (const each of attempt(() => object.attributeNames()) ?? []) {
      if (each !== attributeName) continue
      const full = name.startsWith('/') ? name : `${path}${path.endsWith('/') ? '' : '/'}${name}`
      attribute(full, { ...dumping, file: object.file as File })
    }
    if (path !== name) continue
    if (object.kind === 'group') walk.group(1, path, object)
    else if (object.kind === 'dataset') walk.namedDataset(1, path, object, undefined)
    else walk.datatype(1, path, object)
  }
}

function anyLink(name: string, found: Exclude<Link, { kind: 'hard' }>, dumping: Dumping): void {
  if (found.kind === 'user-defined') dumping.failed('unknown link type value')
  else link(name, dumping)
}
