import type { Dataspace, Datatype } from '@h5kit/core'
import { inMemory, sameType, UNDEFINED } from '@h5kit/core'
import { dimensionsText } from '../render/diff/lines.ts'
import type { DiffReport } from '../render/diff/report.ts'
import { isNativeLongDouble } from '../render/long-double.ts'
import { isStandard, standardFloat } from '../render/standard-type.ts'

/** One of the two arrays whose elements are to be compared. */
export interface Comparable {
  name: string
  type: Datatype
  shape: readonly number[]
  maximum: readonly number[]
}

export function shapesOf({ kind, dimensions, maximum }: Dataspace): { shape: number[]; maximum: number[] } {
  return kind === 'simple' ? { shape: dimensions, maximum: maximum ?? dimensions } : { shape: [], maximum: [] }
}

/** The largest size there is stands for none. */
function maximumText(sizes: readonly number[]): string {
  return dimensionsText(sizes.map((size) => (size === UNDEFINED ? 0xffff_ffff_ffff_ffffn : size)))
}

const CLASSES: Record<Datatype['class'], string> = {
  'fixed-point': 'H5T_INTEGER',
  'floating-point': 'H5T_FLOAT',
  time: 'H5T_TIME',
  string: 'H5T_STRING',
  bitfield: 'H5T_BITFIELD',
  opaque: 'H5T_OPAQUE',
  compound: 'H5T_COMPOUND',
  reference: 'H5T_REFERENCE',
  enum: 'H5T_ENUM',
  'variable-length': 'H5T_VLEN',
  array: 'H5T_ARRAY',
  complex: 'H5T_COMPLEX',
}

/** Strings of variable length are of class string. */
function className(type: Datatype): string {
  return type.class === 'variable-length' && type.kind === 'string' ? 'H5T_STRING' : CLASSES[type.class]
}

/** What the type of a number is called. */
function typeName(type: Datatype): string | undefined {
  if (type.class === 'fixed-point') {
    return isStandard(type) ? `H5T_STD_${type.signed ? 'I' : 'U'}${type.size * 8}${type.order}` : 'undefined integer'
  }
  if (type.class !== 'floating-point') return undefined
  const name = type.order === 'VAX' ? undefined : standardFloat(type)
  return name ?? (isNativeLongDouble(type) ? 'H5T_NATIVE_LDOUBLE' : 'undefined float')
}

/** Whether two types are the same whatever the size of addresses in their files. */
export function sameInMemory(a: Datatype, b: Datatype): boolean {
  return sameType(inMemory(a), inMemory(b))
}

/** Whether the types and shapes of two arrays let their elements be compared; says why where they do not. */
export function areComparable(a: Comparable, b: Comparable, report: DiffReport, inCompound = false): boolean {
  // Where nothing is named, nothing is said.
  const named = a.name !== '' && b.name !== ''
  const no = (text: string): false => {
    if (named) report.notComparable(text)
    return false
  }
  const warn = (text: string): void => {
    if (named) report.warning(text)
  }
  const classes = [className(a.type), className(b.type)]
  if (classes[0] !== classes[1]) {
    const verb = inCompound ? 'has a class' : 'is of class'
    return no(`<${a.name}> ${verb} ${classes[0]} and <${b.name}> ${verb} ${classes[1]}`)
  }
  if (a.type.class === 'time') return no(`<${a.name}> and <${b.name}> are of class ${classes[0]}`)
  if (!sameInMemory(a.type, b.type)) {
    const names = [typeName(a.type), typeName(b.type)]
    const lines = [a, b].map(({ name }, i) => `\n<${name}> has file datatype ${names[i]}`)
    warn(`different storage datatype${names[0] === undefined ? '' : lines.join('')}`)
  }
  if (!sameShape(a, b)) return no(`${shapeText(a)}\nand ${shapeText(b)}`)
  if (a.maximum.some((size, axis) => size !== b.maximum[axis])) {
    const lines = [a, b].map(({ name, maximum }) => `\n<${name}> has max dimensions ${maximumText(maximum)}`)
    warn(`different maximum dimensions${lines.join('')}`)
  }
  if (classes[0] === 'H5T_STRING' && a.type.class !== b.type.class) {
    return no(`<${a.name}> or <${b.name}> is of mixed string type`)
  }
  return a.type.class !== 'compound' || b.type.class !== 'compound' || membersComparable(a, b, report, no)
}

/** Whether two arrays are described in the same way; says what differs. */
export function sameStructure(a: Comparable, b: Comparable, report: DiffReport): boolean {
  if (!areComparable(a, b, report) || !sameInMemory(a.type, b.type)) return false
  return a.maximum.every((size, axis) => size === b.maximum[axis])
}

function sameShape(a: Comparable, b: Comparable): boolean {
  return a.shape.length === b.shape.length && a.shape.every((size, axis) => size === b.shape[axis])
}

function shapeText({ name, shape, maximum }: Comparable): string {
  return `<${name}> has rank ${shape.length}, dimensions ${dimensionsText(shape)}, max dimensions ${maximumText(maximum)}`
}

function membersComparable(a: Comparable, b: Comparable, report: DiffReport, no: (text: string) => false): boolean {
  const first = a.type.class === 'compound' ? a.type.members : []
  const second = b.type.class === 'compound' ? b.type.members : []
  if (first.length !== second.length) {
    return no(`<${a.name}> has ${first.length} members <${b.name}> has ${second.length} members `)
  }
  return first.every(({ type }, i) => areComparable({ ...a, type }, { ...b, type: second[i].type }, report, true))
}

/** The sign of the integers that elements of a type are made of. */
export function signOf(type: Datatype): string {
  if (type.class === 'fixed-point') return type.signed ? 'H5T_SGN_2' : 'H5T_SGN_NONE'
  return 'base' in type ? signOf(type.base) : 'H5T_SGN_ERROR'
}
