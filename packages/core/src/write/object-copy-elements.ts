import { typeInFile } from '../datatype/type-in-file.ts'
import { FormatError } from '../errors.ts'
import type { FileImage } from '../format/file-image.ts'
import { globalHeapObject } from '../format/global-heap.ts'
import type { Datatype, ReferenceType, VariableLengthType } from '../format/messages/datatype.ts'
import {
  ATTRIBUTE_REFERENCE,
  OBJECT_REFERENCE_1,
  OBJECT_REFERENCE_2,
  REGION_REFERENCE_1,
} from '../format/messages/datatype-model.ts'
import {
  EXTERNAL_REFERENCE,
  isInHeap,
  REFERENCE_HEADER_SIZE,
  referenceBlock,
  referenceHeader,
} from '../format/reference.ts'
import { addressAt } from '../io/address.ts'
import { putUnsigned, unsigned } from '../io/integer.ts'
import type { Sizes } from '../io/structure.ts'
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

/** Makes an element of what stands at a byte, which refers to the new file, at a byte of `into`. */
type Move = (bytes: Uint8Array, at: number, into: Uint8Array, intoAt: number, places: ElementPlaces) => void

/**
 * Makes elements of one file those of another: variable-length data goes into the other's global heap, references lead
 * to the objects' new addresses, or nowhere where there are none.
 */
export class ElementMover {
  /** The type that the elements have in the new file: another one where its addresses have another size. */
  readonly type: Datatype
  readonly #image: FileImage
  readonly #finder: SequenceFinder
  readonly #size: number
  readonly #offsets: number
  readonly #move: Move | undefined

  constructor(image: FileImage, type: Datatype, sizes: Pick<Sizes, 'offsets'> = image.sizes) {
    this.#image = image
    this.#finder = new SequenceFinder(image, new Loans(image))
    this.#size = type.size
    this.#offsets = sizes.offsets
    this.type = typeInFile(type, sizes)
    this.#move = this.#moveOf(type, this.type)
  }

  /** Whether elements stay as large as they are, and so can be moved in place. */
  get isInPlace(): boolean {
    return this.#offsets === this.#image.sizes.offsets
  }

  /** Rewrites `count` elements in place, from a byte on; or puts what they become into other memory, which is zeros. */
  move(bytes: Uint8Array, at: number, count: number, places: ElementPlaces, into = bytes, intoAt = at): void {
    const move = this.#move
    if (move === undefined) return
    const { size } = this.type
    for (let i = 0; i < count; i++) move(bytes, at + i * this.#size, into, intoAt + i * size, places)
  }

  /** What whole elements become: the same memory, where they can be moved in place. */
  moved(bytes: Uint8Array, count: number, places: ElementPlaces): Uint8Array {
    const into = this.isInPlace ? bytes : new Uint8Array(count * this.type.size)
    this.move(bytes, 0, count, places, into, 0)
    return into
  }

  #moveOf(type: Datatype, to: Datatype): Move | undefined {
    if (type.class === 'variable-length' && to.class === 'variable-length') return this.#sequenceMove(type, to)
    if (type.class === 'reference') {
      return (bytes, at, into, intoAt, places) => this.#reference(type, bytes, at, into, intoAt, places)
    }
    if (type.class === 'array' && to.class === 'array') {
      const count = type.dimensions.reduce((product, size) => product * size, 1)
      return repeated(this.#moveOf(type.base, to.base), count, type.base.size, to.base.size)
    }
    if (type.class === 'compound' && to.class === 'compound') {
      const moves: { offset: number; intoOffset: number; move: Move }[] = []
      for (const [i, member] of type.members.entries()) {
        const move = this.#moveOf(member.type, to.members[i].type)
        if (move !== undefined) moves.push({ offset: member.offset, intoOffset: to.members[i].offset, move })
      }
      if (moves.length === 0) return this.#plainMove(type.size)
      return (bytes, at, into, intoAt, places) => {
        for (const { offset, intoOffset, move } of moves) move(bytes, at + offset, into, intoAt + intoOffset, places)
      }
    }
    return this.#plainMove(type.size)
  }

  /** Elements that refer to nothing have to be moved only where others beside them change their size. */
  #plainMove(size: number): Move | undefined {
    if (this.isInPlace) return undefined
    return (bytes, at, into, intoAt) => into.set(bytes.subarray(at, at + size), intoAt)
  }

  #sequenceMove(type: VariableLengthType, to: VariableLengthType): Move {
    const finder = this.#finder
    const { offsets } = this.#image.sizes
    const inner = this.#moveOf(type.base, to.base)
    const { size } = type.base
    return (bytes, at, into, intoAt, places) => {
      finder.find(type, bytes, at)
      const { start, end } = finder
      if (into !== bytes) into.set(bytes.subarray(at, at + 4), intoAt)
      if (start === end && isZero(bytes, at + 4, offsets)) return
      // A sequence that is empty has a place nevertheless, by which it is told from one that is not there.
      const found = finder.bytes.subarray(start, end)
      // What the elements refer to themselves is found by the same finder.
      let elements = inner === undefined ? found : found.slice()
      if (inner !== undefined) {
        const count = Math.floor(elements.length / size)
        const from = elements
        if (!this.isInPlace) elements = new Uint8Array(count * to.base.size)
        for (let i = 0; i < count; i++) inner(from, i * size, elements, i * to.base.size, places)
      }
      putHeapId(into, intoAt + 4, this.#offsets, places.store(elements))
    }
  }

  #reference(
    type: ReferenceType,
    bytes: Uint8Array,
    at: number,
    into: Uint8Array,
    intoAt: number,
    places: ElementPlaces,
  ): void {
    const { offsets } = this.#image.sizes
    const least =
      type.kind === OBJECT_REFERENCE_1
        ? offsets
        : type.kind === REGION_REFERENCE_1
          ? offsets + 4
          : REFERENCE_HEADER_SIZE
    if (type.size < least) throw new FormatError(`a reference of ${type.size} bytes is too short`)
    switch (type.kind) {
      case OBJECT_REFERENCE_1:
        this.#oldObject(bytes, at, into, intoAt, places)
        break
      case REGION_REFERENCE_1:
        this.#oldRegion(type, bytes, at, into, intoAt, places)
        break
      default:
        this.#revised(type, bytes, at, into, intoAt, places)
    }
  }

  #oldObject(bytes: Uint8Array, at: number, into: Uint8Array, intoAt: number, places: ElementPlaces): void {
    const { sizes } = this.#image
    const address = addressAt(bytes.subarray(at, at + sizes.offsets), 0, sizes)
    if (address === 0 || address === UNDEFINED) return
    putUnsigned(into, intoAt, this.#offsets, places.newAddress(address) ?? 0)
  }

  /** The object's address stands in front of the selection. */
  #oldRegion(
    type: ReferenceType,
    bytes: Uint8Array,
    at: number,
    into: Uint8Array,
    intoAt: number,
    places: ElementPlaces,
  ): void {
    const { sizes } = this.#image
    const block = this.#heapObject(bytes, at)
    const address = block === undefined ? undefined : places.newAddress(addressAt(block, 0, sizes))
    if (block === undefined || address === undefined) {
      if (into === bytes) bytes.fill(0, at, at + type.size)
      return
    }
    const moved = withAddress(block, 0, sizes.offsets, this.#offsets, address)
    putHeapId(into, intoAt, this.#offsets, places.store(moved))
  }

  /** References as the library has them since 1.12: a header, and then the object, or where more is in the heap. */
  #revised(
    type: ReferenceType,
    bytes: Uint8Array,
    at: number,
    into: Uint8Array,
    intoAt: number,
    places: ElementPlaces,
  ): void {
    const element = bytes.subarray(at, at + type.size)
    const header = this.#image.decode(referenceHeader, element, UNDEFINED, undefined)
    if (header.kind === 0) return
    if (header.kind < OBJECT_REFERENCE_2 || header.kind > ATTRIBUTE_REFERENCE) {
      throw new FormatError(`unknown kind ${header.kind}`, { structure: referenceHeader.name })
    }
    const elsewhere = (header.flags & EXTERNAL_REFERENCE) !== 0
    const inside = !isInHeap(header)
    const found = inside
      ? element.slice(REFERENCE_HEADER_SIZE)
      : this.#heapObject(element, REFERENCE_HEADER_SIZE + 4)?.slice()
    const block = found === undefined || elsewhere ? found : this.#newBlock(found, header, places)
    if (block === undefined) {
      if (into === bytes) element.fill(0)
      return
    }
    const target = into.subarray(intoAt)
    target.set(element.subarray(0, REFERENCE_HEADER_SIZE))
    if (inside) target.set(block.subarray(0, Math.min(block.length, 1 + this.#offsets)), REFERENCE_HEADER_SIZE)
    else {
      putUnsigned(target, REFERENCE_HEADER_SIZE, 4, block.length)
      putHeapId(target, REFERENCE_HEADER_SIZE + 4, this.#offsets, places.store(block))
    }
  }

  /** A reference block with the new address, which is its token; undefined where the object is not in the new file. */
  #newBlock(block: Uint8Array, header: { kind: number; flags: number }, places: ElementPlaces): Uint8Array | undefined {
    const { token } = this.#image.decode(referenceBlock, block, UNDEFINED, header)
    const { sizes } = this.#image
    const old = token.length < sizes.offsets ? unsigned(token, 0, token.length) : addressAt(token, 0, sizes)
    const address = places.newAddress(old)
    if (address === undefined) return undefined
    const length = this.isInPlace ? token.length : this.#offsets
    const moved = withAddress(block, 1, token.length, length, address)
    moved[0] = length
    return moved
  }

  /** What a global heap ID in an element leads to; undefined where it leads nowhere. */
  #heapObject(element: Uint8Array, at: number): Uint8Array | undefined {
    const { sizes } = this.#image
    if (element.length < at + sizes.offsets + 4) {
      throw new FormatError(`a reference of ${element.length} bytes is too short`)
    }
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

function repeated(move: Move | undefined, count: number, size: number, newSize: number): Move | undefined {
  if (move === undefined) return undefined
  return (bytes, at, into, intoAt, places) => {
    for (let i = 0; i < count; i++) move(bytes, at + i * size, into, intoAt + i * newSize, places)
  }
}

/** Bytes with another address, of another size, in the place of the one at a byte. */
function withAddress(bytes: Uint8Array, at: number, width: number, newWidth: number, address: number): Uint8Array {
  const moved = new Uint8Array(bytes.length - width + newWidth)
  moved.set(bytes.subarray(0, at))
  putUnsigned(moved, at, newWidth, address)
  moved.set(bytes.subarray(at + width), at + newWidth)
  return moved
}

function putHeapId(bytes: Uint8Array, at: number, offsets: number, { address, index }: HeapPlace): void {
  putUnsigned(bytes, at, offsets, address)
  putUnsigned(bytes, at + offsets, 4, index)
}
