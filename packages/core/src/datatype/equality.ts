import type { Datatype } from '../format/messages/datatype.ts'
import { compareText } from '../io/text.ts'

/** What does not tell types apart: the version of the message that describes them. */
const IGNORED = new Set(['version'])

/** What besides does not tell apart types of variable length, which are alike where what they refer to is. */
const IGNORED_OF_VARIABLE_LENGTH = new Set(['version', 'padding', 'characterSet'])

/** Whether the elements of both types mean the same, byte for byte (H5Tequal). */
export function sameType(a: Datatype, b: Datatype): boolean {
  if (a === b) return true
  return a === b || same(a, b)
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && a.length === b.length && a.every((x, i) => x === b[i])
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((each, i) => same(each, b[i]))
  }
  const left = telling(a)
  const right = new Map(telling(b))
  return left.length === right.size && left.every(([key, value]) => right.has(key) && same(value, right.get(key)))
}

/** What tells a type or a part of one apart from others. The members of compounds and enums may be in any order. */
function telling(part: object): [string, unknown][] {
  const variableLength = 'class' in part && part.class === 'variable-length'
  const ignored = variableLength ? IGNORED_OF_VARIABLE_LENGTH : IGNORED
  return Object.entries(part)
    .filter(([key]) => !ignored.has(key))
    .map(([key, value]) => [key, key === 'members' ? byName(value) : value])
}

function byName(members: unknown): unknown {
  if (!Array.isArray(members)) return members
  return members.toSorted((a: { name: string }, b: { name: string }) => compareText(a.name, b.name))
}

/** A short name of a type, as error messages have it: `int32`, `big-endian float64`, `compound { x, y }`. */
export function typeLabel(type: Datatype): string {
  switch (type.class) {
    case 'fixed-point':
      return `${ordered(type.order, type.size)}${type.signed ? 'int' : 'uint'}${type.precision}`
    case 'floating-point':
      return `${ordered(type.order, type.size)}float${type.precision}`
    case 'time':
      return `${ordered(type.order, type.size)}time${type.precision}`
    case 'bitfield':
      return `${ordered(type.order, type.size)}bitfield${type.precision}`
    case 'string':
      return `string of ${type.size} bytes (${characterSet(type.characterSet)})`
    case 'opaque':
      return `opaque of ${type.size} bytes "${type.tag}"`
    case 'compound':
      return `compound { ${type.members.map((member) => member.name).join(', ')} }`
    case 'reference':
      return ['object', 'region', 'object', 'region', 'attribute'][type.kind].concat(' reference')
    case 'enum':
      return `enum of ${typeLabel(type.base)}`
    case 'variable-length':
      return type.kind === 'string'
        ? `variable-length string (${characterSet(type.characterSet)})`
        : `variable-length sequence of ${typeLabel(type.base)}`
    case 'array':
      return `array [${type.dimensions.join(', ')}] of ${typeLabel(type.base)}`
    case 'complex':
      return `complex of ${typeLabel(type.base)}`
  }
}

function ordered(order: string, size: number): string {
  if (size === 1 || order === 'LE') return ''
  return order === 'BE' ? 'big-endian ' : 'VAX-ordered '
}

function characterSet(number: number): string {
  return number === 0 ? 'ASCII' : 'UTF-8'
}
