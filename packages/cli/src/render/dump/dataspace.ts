import type { Dataspace } from '@h5kit/core'
import { UNDEFINED } from '@h5kit/core'

/** A dataspace in the data description language: SIMPLE { ( 2, 3 ) / ( 2, H5S_UNLIMITED ) }. */
export function dataspaceText(space: Dataspace): string {
  if (space.kind !== 'simple') return space.kind.toUpperCase()
  const most = (space.maximum ?? space.dimensions).map((size) => (size === UNDEFINED ? 'H5S_UNLIMITED' : size))
  return `SIMPLE { ( ${space.dimensions.join(', ')} ) / ( ${most.join(', ')} ) }`
}
