import type { Datatype, ReferenceType, VariableLengthType } from '../format/messages/datatype.ts'
import { OBJECT_REFERENCE_1 } from '../format/messages/datatype.ts'
import { addressAt } from '../io/address.ts'
import { unsigned } from '../io/integer.ts'
import { UNDEFINED } from '../io/structure.ts'
import { decodeReference } from '../objects/references.ts'
import type { FileState } from './file-state.ts'
import type { Place } from './finding.ts'

/** Whether elements of a type lead to something else in the file. */
export function leadsElsewhere(type: Datatype): boolean {
  switch (type.class) {
    case 'reference':
    case 'variable-length':
      return true
    case 'array':
      return leadsElsewhere(type.base)
    case 'compound':
      return type.members.some((member) => leadsElsewhere(member.type))
    default:
      return false
  }
}

/** Looks at what elements lead to: the sequences of variable-length types, and references. */
export function checkValues(state: FileState, type: Datatype, bytes: Uint8Array, count: number, place: Place): void {
  for (let i = 0; i < count; i++) checkElement(state, type, bytes, i * type.size, place)
}

function checkElement(state: FileState, type: Datatype, bytes: Uint8Array, at: number, place: Place): void {
  switch (type.class) {
    case 'reference':
      checkReference(state, type, bytes, at, place)
      break
    case 'variable-length':
      checkSequence(state, type, bytes, at, place)
      break
    case 'array': {
      if (!leadsElsewhere(type.base)) break
      for (let offset = 0; offset < type.size; offset += type.base.size) {
        checkElement(state, type.base, bytes, at + offset, place)
      }
      break
    }
    case 'compound':
      for (const member of type.members) {
        if (leadsElsewhere(member.type)) checkElement(state, member.type, bytes, at + member.offset, place)
      }
      break
  }
}

function checkSequence(state: FileState, type: VariableLengthType, bytes: Uint8Array, at: number, place: Place): void {
  const { check } = state
  const { sizes } = check.image
  const count = unsigned(bytes, at, 4)
  const address = addressAt(bytes, at + 4, sizes)
  if (count === 0 || address === 0) return
  const index = unsigned(bytes, at + 4 + sizes.offsets, 4)
  const object = state.globalHeaps.object(address, index, place)
  if (object === undefined) return
  const length = count * type.base.size
  if (object.length < length) {
    const what = `${length} bytes in object ${index} of ${object.length} bytes in collection ${address}`
    check.report('error', place, what, 'global-heap.object')
    return
  }
  if (leadsElsewhere(type.base)) checkValues(state, type.base, object.slice(0, length), count, place)
}

function checkReference(state: FileState, type: ReferenceType, bytes: Uint8Array, at: number, place: Place): void {
  const { check } = state
  // That they are too short was found with the datatype.
  if (type.kind === OBJECT_REFERENCE_1 && type.size < check.image.sizes.offsets) return
  if (type.kind === OBJECT_REFERENCE_1) {
    const address = addressAt(bytes, at, check.image.sizes)
    if (address !== 0 && address !== UNDEFINED) refersTo(state, address, place)
    return
  }
  if (!heapSound(state, type, bytes, at, place)) return
  const reference = check.attempt(place, () => decodeReference(check.image, type, bytes, at))
  if (reference !== undefined && reference.file === undefined) refersTo(state, reference.address, place)
}

/** Whether the heap object that a reference is in can be read, where it is in one. */
function heapSound(state: FileState, type: ReferenceType, bytes: Uint8Array, at: number, place: Place): boolean {
  const { sizes } = state.check.image
  const old = type.size === sizes.offsets + 4
  const start = old ? at : at + 6
  if (!old && (bytes[at] === 0 || (bytes[at] === 2 && (bytes[at + 1] & 1) === 0))) return true
  if (start + sizes.offsets + 4 > bytes.length) return true
  const address = addressAt(bytes, start, sizes)
  if (address === 0) return true
  return state.globalHeaps.object(address, unsigned(bytes, start + sizes.offsets, 4), place) !== undefined
}

function refersTo(state: FileState, address: number, place: Place): void {
  if (!state.references.has(address)) state.references.set(address, { path: state.check.path, place })
}
