import { FormatError } from '../errors.ts'
import { unsigned } from '../format/b-tree-v2-records.ts'
import type { FileImage } from '../format/file-image.ts'
import { globalHeapObject } from '../format/global-heap.ts'
import type { Datatype, ReferenceType, VariableLengthType } from '../format/messages/datatype.ts'
import {
  ATTRIBUTE_REFERENCE,
  OBJECT_REFERENCE_1,
  OBJECT_REFERENCE_2,
  REGION_REFERENCE_1,
} from '../format/messages/datatype-model.ts'
import { EXTERNAL_REFERENCE, referenceBlock, referenceHeader } from '../format/reference.ts'
import { addressAt } from '../io/address.ts'
import { putUnsigned } from '../io/integer.ts'
import { UNDEFINED } from '../io/structure.ts'
import { Loans } from '../objects/loans.ts'
import { SequenceFinder } from '../objects/sequences.ts'
import type { HeapPlace } from './global-heap-builder.ts'

/** Where what elements refer to goes in the new file. */
export interface ElementPlaces {
  /** Puts bytes into the global heap. */
  store(bytes: Uint8Array): HeapPlace
  /** The new address of an object that references lead to; undefined where it is not in the new file. */
  newAddress(address: number): number | undefined
}

/** What elements of a type refer to outside of themselves. */
export interface OutsideParts {
  sequences: boolean
  references: boolean
}

export function outsideParts(type: Datatype): OutsideParts {
  switch (type.class) {
    case 'variable-length':
      return { sequences: true, references: outsideParts(type.base).references }
    case 'reference':
      return { sequences: false, references: true }
    case 'array':
      return outsideParts(type.base)
    case 'compound': {
      const parts = type.members.map((member) => outsideParts(member.type))
      return { sequences: parts.some((part) => part.sequences), references: parts.some((part) => part.references) }
    }
    default:
      return { sequences: false, references: false }
  }
}

/** Makes what stands at a byte refer to the new file. */
type Move = (bytes: Uint8Array, at: number, places: ElementPlaces) => void

/**
 * Makes elements of one file those of another with the same sizes of addresses: variable-length data goes into the
 * other's global heap, references lead to the objects' new addresses, or nowhere where there are none.
 */
export class ElementMover {
  readonly #image: FileImage
  readonly #finder: SequenceFinder
  readonly #size: number
  readonly #move: Move | undefined

  constructor(image: FileImage, type: Datatype) {
    this.#image = image
    this.#finder = new SequenceFinder(image, new Loans(image))
    this.#size = type.size
    this.#move = this.#moveOf(type)
  }

  /** Rewrites `count` elements in place, from a byte on. */
  move(bytes: Uint8Array, at: number, count: number, places: ElementPlaces): void {
    const move = this.#move
    if (move === undefined) return
    for (let i = 0; i < count; i++) move(bytes, at + i * this.#size, places)
  }

  #moveOf(type: Datatype): Move | undefined {
    switch (type.class) {
      case 'variable-length':
        return this.#sequenceMove(type)
      case 'reference':
        return (bytes, at, places) => this.#reference(type, bytes, at, places)
      case 'array': {
        const count = type.dimensions.reduce((product, size) => product * size, 1)
        return repeated(this.#moveOf(type.base), count, type.base.size)
      }
      case 'compound': {
        const moves: { offset: number; move: Move }[] = []
        for (const member of type.members) {
          const move = this.#moveOf(member.type)
          if (move !== undefined) moves.push({ offset: member.offset, move })
        }
        if (moves.length === 0) return undefined
        return (bytes, at, places) => {
          for (const { offset, move } of moves) move(bytes, at + offset, places)
        }
      }
      default:
        return undefined
    }
  }

  #sequenceMove(type: VariableLengthType): Move {
    const finder = this.#finder
    const { offsets } = this.#image.sizes
    const inner = this.#moveOf(type.base)
    const size = type.base.size
    return (bytes, at, places) => {
      finder.find(type, bytes, at)
      const { start, end } = finder
      if (start === end && isZero(bytes, at + 4, offsets)) return
      // A sequence that is empty has a place nevertheless, by which it is told from one that is not there.
      const found = finder.bytes.subarray(start, end)
      // What the elements refer to themselves is found by the same finder.
      const elements = inner === undefined ? found : found.slice()
      if (inner !== undefined) {
        for (let from = 0; from + size <= elements.length; from += size) inner(elements, from, places)
      }
      putHeapId(bytes, at + 4, offsets, places.store(elements))
    }
  }

  #reference(type: ReferenceType, bytes: Uint8Array, at: number, places: ElementPlaces): void {
    switch (type.kind) {
      case OBJECT_REFERENCE_1:
        this.#oldObject(bytes, at, places)
        break
      case REGION_REFERENCE_1:
        this.#oldRegion(type, bytes, at, places)
        break
      default:
        this.#revised(type, bytes, at, places)
    }
  }

  #oldObject(bytes: Uint8Array, at: number, places: ElementPlaces): void {
    const { sizes } = this.#image
    const address = addressAt(bytes.subarray(at, at + sizes.offsets), 0, sizes)
    if (address === 0 || address === UNDEFINED) return
    putUnsigned(bytes, at, sizes.offsets, places.newAddress(address) ?? 0)
  }

  /** The object's address stands in front of the selection. */
  #oldRegion(type: ReferenceType, bytes: Uint8Array, at: number, places: ElementPlaces): void {
    const { sizes } = this.#image
    const block = this.#heapObject(bytes, at)
    const address = block === undefined ? undefined : places.newAddress(addressAt(block, 0, sizes))
    if (block === undefined || address === undefined) {
      bytes.fill(0, at, at + type.size)
      return
    }
    const moved = block.slice()
    putUnsigned(moved, 0, sizes.offsets, address)
    putHeapId(bytes, at, sizes.offsets, places.store(moved))
  }

  /** References as the library has them since 1.12: a header, and then the object, or where more is in the heap. */
  #revised(type: ReferenceType, bytes: Uint8Array, at: number, places: ElementPlaces): void {
    const element = bytes.subarray(at, at + type.size)
    const header = this.#image.decode(referenceHeader, element, UNDEFINED, undefined)
    if (header.kind === 0) return
    if (header.kind < OBJECT_REFERENCE_2 || header.kind > ATTRIBUTE_REFERENCE) {
      throw new FormatError(`unknown kind ${header.kind}`, { structure: referenceHeader.name })
    }
    const elsewhere = (header.flags & EXTERNAL_REFERENCE) !== 0
    const inside = header.kind === OBJECT_REFERENCE_2 && !elsewhere
    const at4 = HEADER + 4
    const block = inside ? element.slice(HEADER) : this.#heapObject(element, at4)?.slice()
    if (block === undefined || (!elsewhere && !this.#newToken(block, header, places))) {
      element.fill(0)
      return
    }
    if (inside) element.set(block, HEADER)
    else putHeapId(element, at4, this.#image.sizes.offsets, places.store(block))
  }

  /** Puts the new address into a reference block: it is its token. */
  #newToken(block: Uint8Array, header: { kind: number; flags: number }, places: ElementPlaces): boolean {
    const { token } = this.#image.decode(referenceBlock, block, UNDEFINED, header)
    const { sizes } = this.#image
    const old = token.length < sizes.offsets ? unsigned(token, 0, token.length) : addressAt(token, 0, sizes)
    const address = places.newAddress(old)
    if (address === undefined) return false
    putUnsigned(block, 1, Math.min(token.length, 8), address)
    return true
  }

  /** What a global heap ID in an element leads to; undefined where it leads nowhere. */
  #heapObject(element: Uint8Array, at: number): Uint8Array | undefined {
    const { sizes } = this.#image
    const address = addressAt(element.subarray(at, at + sizes.offsets), 0, sizes)
    if (address === 0 || address === UNDEFINED) return undefined
    const index = unsigned(element, at + sizes.offsets, 4)
    const found = globalHeapObject(this.#image, address, index)
    if (found !== undefined) return found
    throw new FormatError(`no object ${index}`, { structure: 'Global Heap Collection', address })
  }
}

function isZero(bytes: Uint8Array, at: number, length: number): boolean {
  for (let i = at; i < at + length; i++) if (bytes[i] !== 0) return false
  return true
}

/** Bytes of a reference header. */
const HEADER = 2

function repeated(move: Move | undefined, count: number, size: number): Move | undefined {
  if (move === undefined) return undefined
  return (bytes, at, places) => {
    for (let i = 0; i < count; i++) move(bytes, at + i * size, places)
  }
}

function putHeapId(bytes: Uint8Array, at: number, offsets: number, { address, index }: HeapPlace): void {
  putUnsigned(bytes, at, offsets, address)
  putUnsigned(bytes, at + offsets, 4, index)
}
