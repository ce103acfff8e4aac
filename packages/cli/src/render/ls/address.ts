import type { Dataset } from '@h5kit/core'
import { UNDEFINED } from '@h5kit/core'

/** No address, as the reference prints it. */
const NOWHERE = '18446744073709551615'

const addressText = (address: number): string => (address === UNDEFINED ? NOWHERE : String(address))

const HEAD = `           Flags    Bytes     Address          Logical Offset
        ========== ======== ========== ==============================
`

/** Lines on where a dataset's elements are in the file: one address, or that of the chunk index and all chunks. */
export function* addressLines(dataset: Dataset): Generator<string> {
  const { layout } = dataset
  if (layout.kind === 'contiguous') yield `    Address:   ${addressText(layout.address)}\n`
  if (layout.kind !== 'chunked') return
  yield `    Address: ${addressText(layout.address)}\n`
  const shown = shownOffset(dataset)
  let head = HEAD
  for (const { offset, size, filterMask, address } of dataset.chunks()) {
    const flags = filterMask.toString(16).padStart(8, '0')
    const place = addressText(address).padStart(10)
    // The last zero is within the element.
    yield `${head}        0x${flags} ${String(size).padStart(8)} ${place} [${[...shown(offset), 0].join(', ')}]\n`
    head = ''
  }
}

/**
 * What the reference takes for the offset of a chunk. It counts the chunks of an extensible array as if the last
 * axis were the fastest, also where the growing axis was made the slowest one.
 */
function shownOffset({ layout, space }: Dataset): (offset: readonly number[]) => readonly number[] {
  const limits = space.maximum ?? space.dimensions
  const growing = limits.indexOf(UNDEFINED)
  if (layout.kind !== 'chunked' || layout.index.type !== 'extensible-array' || growing <= 0) return (offset) => offset
  const chunk = layout.dimensions
  const counts = limits.map((limit, axis) => (limit === UNDEFINED ? 0 : Math.ceil(limit / chunk[axis])))
  return (offset) => {
    let number = offset[growing] / chunk[growing]
    for (const [axis, count] of counts.entries()) {
      if (axis !== growing) number = number * count + offset[axis] / chunk[axis]
    }
    const shown = offset.map(() => 0)
    for (let axis = offset.length - 1; axis > growing; axis--) {
      shown[axis] = (number % counts[axis]) * chunk[axis]
      number = Math.floor(number / counts[axis])
    }
    shown[growing] = number * chunk[growing]
    return shown
  }
}
