import type { Dataset, Datatype, FoundAttribute } from '@h5kit/core'
import { decodeValues, Hdf5Error } from '@h5kit/core'

/** The last kind of references that is older than release 1.12. */
export const REGION_REFERENCE = 1

/** Addresses of the objects that the elements of a dataset refer to; those that lead nowhere are left out. */
export function* referredAddresses(dataset: Dataset): Generator<number> {
  const { type, file } = dataset
  for (const { bytes, count } of dataset.slabs()) {
    for (let i = 0; i < count; i++) {
      const address = addressOf(() => decodeValues(type, bytes.subarray(i * type.size), 1, file))
      if (address !== undefined) yield address
    }
  }
}

/** What cannot be decoded refers to nothing. */
function addressOf(decode: () => ReturnType<typeof decodeValues>): number | undefined {
  try {
    const values = decode()
    const value = Array.isArray(values) ? values[0] : undefined
    const found = typeof value === 'object' && value !== null && 'address' in value ? value.address : undefined
    return typeof found === 'number' ? found : undefined
  } catch (error) {
    if (error instanceof Hdf5Error) return undefined
    throw error
  }
}

/** Whether the reference takes an attribute's elements for references. */
export function hasReference(type: Datatype): boolean {
  switch (type.class) {
    case 'reference':
      return true
    case 'variable-length':
    case 'array':
      return type.base.class === 'reference'
    case 'compound':
      return type.members.some((member) => member.type.class === 'reference')
    default:
      return false
  }
}

/** Whether references are of a kind that came with release 1.12. */
export function isRevised({ type }: FoundAttribute): boolean {
  return type.class === 'reference' && type.kind > REGION_REFERENCE
}
