import type { Attribute, H5Object } from '@h5kit/core'
import { compareText, FormatError, Hdf5Error } from '@h5kit/core'
import type { Compared } from '../render/diff/lines.ts'
import { areComparable, sameStructure, shapesOf } from './diff-comparable.ts'
import type { DiffContext } from './diff-context.ts'
import { elementLoop, elementsOf, memoryTypes, refuseTimes } from './diff-elements.ts'
import { matchesGlob } from './diff-globs.ts'
import { coordinates } from './diff-passes.ts'

/** Compares the attributes of two objects; returns the number of differences. */
export function diffAttributes(
  objects: readonly [H5Object, H5Object],
  paths: readonly [string, string],
  context: DiffContext,
): number {
  const { report, outcome } = context
  const pairs = matchAttributes(objects, context)
  if (pairs === undefined) return 0
  report.attributes(pairs.map(({ name, sides }) => ({ name, in: [sides[0] !== undefined, sides[1] !== undefined] })))
  if (pairs.some(({ sides }) => sides.includes(undefined))) outcome.missing = true
  report.lines.characters = false
  let found = 0
  for (const { sides } of pairs) {
    const [a, b] = sides
    if (a !== undefined && b !== undefined) found += diffAttribute(a, b, paths, context)
  }
  return found
}

/** An attribute that is with one object or with both. */
interface AttributePair {
  name: string
  sides: readonly [Attribute | undefined, Attribute | undefined]
}

function matchAttributes(
  objects: readonly [H5Object, H5Object],
  { options, fail }: DiffContext,
): AttributePair[] | undefined {
  try {
    const [first, second] = objects.map((object) => {
      const known = object.attributes().filter(({ name }) => !options.ignoredAttributes.some(matchesGlob(name)))
      return new Map(known.map((attribute) => [attribute.name, attribute]))
    })
    const names = [...new Set([...first.keys(), ...second.keys()])].sort(compareText)
    return names.map((name) => ({ name, sides: [first.get(name), second.get(name)] }))
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    fail(`${objects[0].path}: attributes cannot be read: ${error.message}`)
    return undefined
  }
}

/** Compares two attributes, whose objects are called by `paths`; returns the number of differences. */
export function diffAttribute(
  a: Attribute,
  b: Attribute,
  paths: readonly [string, string],
  context: DiffContext,
): number {
  const { report, outcome, options, fail } = context
  const sides = [a, b].map(({ name, type, space }) => {
    const { shape } = shapesOf(space)
    return { name, type, shape, maximum: shape }
  })
  const names = [`${a.name} of <${paths[0]}>`, `${b.name} of <${paths[1]}>`] as const
  if (options.structureOnly) {
    report.open('attribute', ...names)
    const different = sameStructure(sides[0], sides[1], report) ? 0 : 1
    report.close(different)
    return different
  }
  const { shape } = sides[0]
  const compared: Compared = { names, shape, position: (element) => coordinates(element, shape) }
  const count = shape.reduce((product, n) => product * n, 1)
  let found = 0
  try {
    for (const { type } of sides) refuseTimes(type)
    if (!areComparable(sides[0], sides[1], report)) {
      outcome.notComparable = true
      return 0
    }
    const types = memoryTypes(a.type, b.type, true)
    const elements = elementsOf(types, compared, context)
    const bytes = [a, b].map((attribute, i) => {
      const stored = storedBytes(attribute, count)
      try {
        return elements.converts[i]?.(stored, count) ?? stored
      } catch (error) {
        if (error instanceof Hdf5Error) report.say(`Failed reading attribute${i + 1} ${attribute.name}`)
        throw error
      }
    })
    report.open('attribute', ...names)
    const loop = elementLoop(elements, context)
    loop.begin()
    try {
      const identical = elements.skipsAll && Buffer.compare(bytes[0], bytes[1]) === 0
      if (!identical) loop.add(bytes[0], bytes[1], count, 0)
    } finally {
      found = loop.found
      report.close(found)
    }
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    fail(`attribute ${names[0]}: ${error.message}`)
  }
  return found
}

/** An attribute without elements is read as zeros. */
function storedBytes(attribute: Attribute, count: number): Uint8Array {
  const length = count * attribute.type.size
  if (attribute.space.kind === 'null') return new Uint8Array(length)
  const bytes = attribute.raw()
  if (bytes.length < length) throw new FormatError(`${bytes.length} bytes for ${count} elements`)
  return bytes
}
