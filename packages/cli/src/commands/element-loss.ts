import type { ArrayData, Datatype, Value } from '@h5kit/core'
import { decodeValues, encodeValues, MemorySequences, TypeMismatchError, typeLabel } from '@h5kit/core'

/**
 * Refuses values of which elements of a type would keep less than was given: integers of fractions, and of what is
 * beyond them, floats of what they only have an infinity for, strings of what is longer, compounds of members that they
 * do not have. Floats may round.
 *
 * @throws TypeMismatchError that says what would become of the first such value
 */
export function refuseLoss(type: Datatype, data: ArrayData): void {
  if (isList(data)) {
    if (Array.isArray(data) && data.some((each) => typeof each === 'object'))
      for (const each of data) refuseLoss(type, each)
    else refuseLostParts(type, data)
  } else refuseLostValue(type, data as Value)
}

function isList(data: unknown): data is ArrayLike<Value> {
  return Array.isArray(data) || ArrayBuffer.isView(data)
}

function refuseLostValue(type: Datatype, value: Value): void {
  if (typeof value !== 'object') refuseLostParts(type, [value])
  else if (value === null || isList(value)) return
  else if (type.class === 'compound') refuseLostMembers(type, Object.entries(value))
  else if (type.class === 'array' || type.class === 'variable-length') refuseLostValue(type.base, value)
  else if (type.class === 'complex') for (const part of Object.values(value)) refuseLostValue(type.base, part)
}

function refuseLostMembers(
  type: Datatype & { class: 'compound' },
  given: readonly [name: string, value: Value][],
): void {
  // Complex numbers have parts of their own names.
  const isComplex = given.length === 2 && given.every(([name]) => name === 're' || name === 'im')
  for (const [name, value] of given) {
    const member = memberOf(type, name) ?? (isComplex ? memberOf(type, name[0]) : undefined)
    if (member === undefined) {
      throw new TypeMismatchError(`there is no member "${name}" in ${typeLabel(type)}; --lossy leaves it out`)
    }
    refuseLoss(member.type, value)
  }
}

function memberOf({ members }: Datatype & { class: 'compound' }, name: string): { type: Datatype } | undefined {
  return members.find((each) => each.name === name)
}

/** Other values than numbers and texts are written as they are or not at all. */
function refuseLostParts(type: Datatype, list: ArrayLike<Value>): void {
  switch (type.class) {
    case 'string':
      for (let i = 0; i < list.length; i++) refuseCut(type, list[i])
      break
    case 'enum':
    case 'array':
    case 'complex':
      refuseLostParts(type.base, list)
      break
    case 'variable-length':
      if (type.kind === 'sequence') refuseLostParts(type.base, list)
      break
    case 'fixed-point':
    case 'floating-point':
    case 'bitfield': {
      const numbers = Array.isArray(list) ? list.filter(isNumber) : list
      const held = decodeValues(type, encodeValues(type, numbers), numbers.length, new MemorySequences())
      for (let i = 0; i < numbers.length; i++) {
        if (!isHeld(numbers[i], held[i], type.class === 'floating-point')) {
          throw lost(`${numbers[i]} would become ${held[i]} as ${typeLabel(type)}`)
        }
      }
    }
  }
}

function refuseCut(type: Datatype, value: Value): void {
  if (typeof value === 'string' && Buffer.byteLength(value) > type.size) {
    throw lost(`${JSON.stringify(value)} would be cut off as ${typeLabel(type)}`)
  }
}

function isNumber(value: Value): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

function isHeld(given: Value, held: Value, rounds: boolean): boolean {
  if (rounds) return Number.isFinite(Number(held)) || !Number.isFinite(Number(given))
  if (!isNumber(held) || !isNumber(given)) return true
  if (typeof given === typeof held) return given === held
  return (typeof given === 'bigint' || Number.isInteger(given)) && BigInt(given) === BigInt(held)
}

function lost(what: string): TypeMismatchError {
  return new TypeMismatchError(`${what}; --lossy stores it nevertheless`)
}
