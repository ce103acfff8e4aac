import type { Attribute, Dataset, Datatype, H5Object, Value, Values } from '@h5kit/core'
import { convert, decodeValues, Hdf5Error, sameType } from '@h5kit/core'
import type { File } from '@h5kit/core/node'
import type { RepackOptions } from '../options/repack.ts'
import type { Row } from './repack-table.ts'
import { objectTable } from './repack-table.ts'

/** Gives others their turn now and then. */
export type Turn = () => Promise<void> | undefined

/** Bytes of elements that are compared at once. */
const SLAB = 4 << 20

/** Why a new file is not what the old one was, in its objects, links, attributes and values; undefined where it is. */
export async function whyUnlike(
  source: File,
  made: File,
  options: RepackOptions,
  turn: Turn,
): Promise<string | undefined> {
  const unlike = (what: string): string => `the new file is not what the old one was: ${what}`
  const order = { sortBy: 'name', descending: false } as const
  const before = objectTable(source, order, options.drop)
  const after = new Map(objectTable(made, order, []).flatMap((row) => paths(row).map((path) => [path, row] as const)))
  for (const row of before) {
    for (const path of paths(row)) {
      const other = after.get(path)
      if (row.kind === 'link' && (options.merge || options.prune)) continue
      if (other === undefined) return unlike(`"${path}" is missing`)
      if (other.kind !== row.kind) return unlike(`"${path}" is a ${other.kind}, not a ${row.kind}`)
      if (path !== row.path) continue
      try {
        const wrong = await difference(source, made, row, other, turn)
        if (wrong !== undefined) return unlike(`"${path}": ${wrong}`)
      } catch (error) {
        if (!(error instanceof Hdf5Error)) throw error
        return `"${path}" cannot be compared: ${error.message}`
      }
    }
  }
  return undefined
}

function paths(row: Row): string[] {
  return row.kind === 'link' ? [row.path] : [row.path, ...(row.more ?? []).map(({ path }) => path)]
}

async function difference(source: File, made: File, row: Row, other: Row, turn: Turn): Promise<string | undefined> {
  await turn()
  if (row.kind === 'link' || other.kind === 'link') {
    const same = row.kind === 'link' && other.kind === 'link' && equal(linkTarget(row), linkTarget(other))
    return same ? undefined : 'the link leads elsewhere'
  }
  const a = source.object(row.address, row.path)
  const b = made.object(other.address, other.path)
  const wrong = attributesDiffer(a, b)
  if (wrong !== undefined || a.kind !== 'dataset' || b.kind !== 'dataset') return wrong
  return await datasetsDiffer(a, b, turn)
}

function linkTarget({ link }: Extract<Row, { kind: 'link' }>): Value {
  switch (link.kind) {
    case 'external':
      return [link.file, link.target]
    case 'user-defined':
      return [link.type, link.data]
    case 'soft':
      return link.target
    case 'hard':
      return null
  }
}

function attributesDiffer(a: H5Object, b: H5Object): string | undefined {
  const others = new Map(b.attributes().map((attribute) => [attribute.name, attribute]))
  for (const attribute of a.attributes()) {
    const other = others.get(attribute.name)
    if (other === undefined) return `the attribute "${attribute.name}" is missing`
    if (!sameElements(attribute, other)) return `the attribute "${attribute.name}" has other values`
  }
  return undefined
}

function sameElements(a: Attribute, b: Attribute): boolean {
  if (a.space.kind !== b.space.kind || !equal([...a.shape], [...b.shape])) return false
  const count = a.space.kind === 'null' ? 0 : a.shape.reduce((product, n) => product * n, 1)
  return sameValues(a, a.raw(), b, b.raw(), count)
}

async function datasetsDiffer(a: Dataset, b: Dataset, turn: Turn): Promise<string | undefined> {
  if (a.space.kind !== b.space.kind || !equal([...a.shape], [...b.shape])) return 'another shape'
  const others = elements(b)
  for (const { bytes, count } of elementsOf(a)) {
    if (!sameValues(a, bytes, b, others(count), count)) return 'other values'
    await turn()
  }
  return undefined
}

function elementsOf(dataset: Dataset): Iterable<{ bytes: Uint8Array; count: number }> {
  return dataset.slabs(SLAB)
}

/** Gives elements of a dataset one after the other, as many as are asked for each time. */
function elements(dataset: Dataset): (count: number) => Uint8Array {
  const slabs = dataset.slabs(SLAB)[Symbol.iterator]()
  let kept = new Uint8Array(0)
  return (count) => {
    const length = count * dataset.type.size
    while (kept.length < length) {
      const next = slabs.next()
      if (next.done === true) break
      const joined = new Uint8Array(kept.length + next.value.bytes.length)
      joined.set(kept)
      joined.set(next.value.bytes, kept.length)
      kept = joined
    }
    const wanted = kept.subarray(0, length)
    kept = kept.slice(length)
    return wanted
  }
}

interface Typed {
  file: File
  type: Datatype
}

function sameValues(a: Typed, left: Uint8Array, b: Typed, right: Uint8Array, count: number): boolean {
  if (refersOutside(a.type)) {
    return equal(
      named(a.file, decodeValues(a.type, left, count, a.file)),
      named(b.file, decodeValues(b.type, right, count, b.file)),
    )
  }
  const converted = sameType(a.type, b.type) ? left : convert(a.type, b.type, left, count)
  const length = count * b.type.size
  return Buffer.compare(converted.subarray(0, length), right.subarray(0, length)) === 0
}

function refersOutside(type: Datatype): boolean {
  switch (type.class) {
    case 'variable-length':
    case 'reference':
      return true
    case 'array':
      return refersOutside(type.base)
    case 'compound':
      return type.members.some((member) => refersOutside(member.type))
    default:
      return false
  }
}

/** Values with the paths of objects in the place of their addresses. */
function named(file: File, value: Values | Value): Value {
  if (Array.isArray(value)) return value.map((each) => named(file, each))
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  const entries = Object.entries(value).map(([key, each]): [string, Value] => {
    if (key === 'address' && typeof each === 'number') return ['path', file.pathOf(each) ?? null]
    return [key, named(file, each as Value)]
  })
  return Object.fromEntries(entries)
}

function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const left = Object.entries(a)
  const right = b as Record<string, unknown>
  return left.length === Object.keys(right).length && left.every(([key, value]) => equal(value, right[key]))
}
