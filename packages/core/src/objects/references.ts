import { FormatError } from '../errors.ts'
import type { FileImage } from '../format/file-image.ts'
import { globalHeapObject } from '../format/global-heap.ts'
import type { ReferenceType } from '../format/messages/datatype.ts'
import {
  ATTRIBUTE_REFERENCE,
  OBJECT_REFERENCE_1,
  OBJECT_REFERENCE_2,
  REGION_REFERENCE_1,
  REGION_REFERENCE_2,
} from '../format/messages/datatype-model.ts'
import type { Reference } from '../format/reference.ts'
import {
  isInHeap,
  REFERENCE_HEADER_SIZE,
  referenceBlock,
  referenceHeader,
  regionReference1,
} from '../format/reference.ts'
import { addressAt } from '../io/address.ts'
import { unsigned } from '../io/integer.ts'
import { UNDEFINED } from '../io/structure.ts'

/** Decodes the reference that starts at a byte; undefined where it leads nowhere. `file` is set where it leads to another one. */
export function decodeReference(
  image: FileImage,
  type: ReferenceType,
  bytes: Uint8Array,
  at: number,
): Reference | undefined {
  const element = bytes.subarray(at, at + type.size)
  switch (type.kind) {
    case OBJECT_REFERENCE_1: {
      if (element.length < image.sizes.offsets) throw tooShort(element)
      const address = addressAt(element, 0, image.sizes)
      return address === 0 ? undefined : { kind: 'object', file: undefined, address }
    }
    case REGION_REFERENCE_1: {
      const block = heapObject(image, element, 0)
      if (block === undefined) return undefined
      const { address, selection } = image.decode(regionReference1, block.bytes, block.address, undefined)
      return { kind: 'region', file: undefined, address, selection }
    }
    default:
      return decodeRevised(image, element)
  }
}

function decodeRevised(image: FileImage, element: Uint8Array): Reference | undefined {
  const header = image.decode(referenceHeader, element, UNDEFINED, undefined)
  if (header.kind === 0) return undefined
  // In the element itself, or behind a size in the global heap.
  const block = isInHeap(header)
    ? heapObject(image, element, REFERENCE_HEADER_SIZE + 4)
    : { bytes: element.subarray(REFERENCE_HEADER_SIZE), address: UNDEFINED }
  if (block === undefined) return undefined
  const { token, file, selection, attribute } = image.decode(referenceBlock, block.bytes, block.address, header)
  const { sizes } = image
  const address = token.length < sizes.offsets ? unsigned(token, 0, token.length) : addressAt(token, 0, sizes)
  switch (header.kind) {
    case OBJECT_REFERENCE_2:
      return { kind: 'object', file, address }
    case REGION_REFERENCE_2:
      return { kind: 'region', file, address, selection: selection ?? { kind: 'none' } }
    case ATTRIBUTE_REFERENCE:
      return { kind: 'attribute', file, address, name: attribute ?? '' }
    default:
      throw new FormatError(`unknown kind ${header.kind}`, { structure: referenceHeader.name, field: 'Reference Type' })
  }
}

/** What a global heap ID in an element leads to. */
function heapObject(
  image: FileImage,
  element: Uint8Array,
  at: number,
): { bytes: Uint8Array; address: number } | undefined {
  const { offsets } = image.sizes
  if (element.length < at + offsets + 4) throw tooShort(element)
  const address = addressAt(element, at, image.sizes)
  const index = unsigned(element, at + offsets, 4)
  if (address === 0) return undefined
  const bytes = globalHeapObject(image, address, index)
  if (bytes === undefined) throw new FormatError(`no object ${index}`, { structure: 'Global Heap Collection', address })
  return { bytes, address }
}

function tooShort({ length }: Uint8Array): FormatError {
  return new FormatError(`a reference of ${length} bytes is too short`, { structure: referenceHeader.name })
}
