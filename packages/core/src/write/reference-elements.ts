import { WriteError } from '../errors.ts'
import type { Selection } from '../format/dataspace-selection.ts'
import type { ReferenceType } from '../format/messages/datatype.ts'
import {
  ATTRIBUTE_REFERENCE,
  OBJECT_REFERENCE_1,
  OBJECT_REFERENCE_2,
  REGION_REFERENCE_1,
  REGION_REFERENCE_2,
} from '../format/messages/datatype-model.ts'
import type { ReferenceBlock, ReferenceHeader } from '../format/reference.ts'
import { EXTERNAL_REFERENCE, referenceBlock, referenceHeader, regionReference1 } from '../format/reference.ts'
import { putUnsigned } from '../io/integer.ts'
import type { Sizes } from '../io/structure.ts'
import { encode } from '../io/writer.ts'
import type { LinkedObject, Places } from './drafts.ts'

/** What an element of class reference is to lead to. */
export interface ReferenceTarget {
  /** An object that is written, or the address of one in another file. */
  object: LinkedObject | number
  /** Name of the other file. */
  file?: string | undefined
  /** Of a region: which elements, of a dataspace of so many dimensions. */
  selection?: Selection | undefined
  rank?: number | undefined
  /** Of an attribute. */
  attribute?: string | undefined
}

/**
 * The element that leads to an object, elements or an attribute of it (VIII).
 *
 * @param into gets the element, `type.size` bytes of zeros before
 */
export function putReference(
  sizes: Sizes,
  places: Places,
  type: ReferenceType,
  target: ReferenceTarget,
  into: Uint8Array,
): void {
  const address = typeof target.object === 'number' ? target.object : places.addressOf(target.object)
  switch (type.kind) {
    case OBJECT_REFERENCE_1:
      putUnsigned(into, 0, sizes.offsets, address)
      break
    case REGION_REFERENCE_1: {
      const { selection } = target
      if (selection === undefined) throw new WriteError('a reference to a region without a selection')
      const block = encode(regionReference1, { address, selection }, sizes, undefined)
      putHeapPlace(sizes, places, block, into)
      break
    }
    default:
      putRevised(sizes, places, target, address, into)
  }
}

/** The references of release 1.12: each element may be of another kind. */
function putRevised(sizes: Sizes, places: Places, target: ReferenceTarget, address: number, into: Uint8Array): void {
  const { file, selection, attribute, rank } = target
  const kind =
    selection !== undefined ? REGION_REFERENCE_2 : attribute !== undefined ? ATTRIBUTE_REFERENCE : OBJECT_REFERENCE_2
  const header: ReferenceHeader = { kind, flags: file === undefined ? 0 : EXTERNAL_REFERENCE }
  const token = new Uint8Array(sizes.offsets)
  putUnsigned(token, 0, sizes.offsets, address)
  const content: ReferenceBlock = { token, file, rank: rank ?? rankOf(selection), selection, attribute }
  const head = encode(referenceHeader, header, sizes, undefined)
  const block = encode(referenceBlock, content, sizes, header)
  into.set(head)
  if (kind === OBJECT_REFERENCE_2 && file === undefined) {
    into.set(block, head.length)
    return
  }
  putUnsigned(into, head.length, 4, block.length)
  putHeapPlace(sizes, places, block, into.subarray(head.length + 4))
}

function putHeapPlace(sizes: Sizes, places: Places, block: Uint8Array, into: Uint8Array): void {
  const { address, index } = places.store(block)
  putUnsigned(into, 0, sizes.offsets, address)
  putUnsigned(into, sizes.offsets, 4, index)
}

function rankOf(selection: Selection | undefined): number {
  switch (selection?.kind) {
    case 'hyperslab':
      return selection.dimensions.length
    case 'points':
    case 'blocks':
      return selection.rank
    default:
      return 0
  }
}
