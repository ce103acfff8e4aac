import type { FractalHeapHeader } from '../format/fractal-heap-blocks.ts'
import { fractalHeapHeader } from '../format/fractal-heap-blocks.ts'
import { lookup3 } from '../io/checksum.ts'
import { unsigned } from '../io/integer.ts'
import type { Checker } from './checker.ts'
import { wrongLetters } from './checking-reader.ts'
import type { ExtentKind } from './extents.ts'
import type { Place } from './finding.ts'

/** Reads the header of a fractal heap (III.G), whose length hangs on its filters. */
export function checkHeapHeader(
  check: Checker,
  address: number,
  use: ExtentKind,
  from: Place,
): FractalHeapHeader | undefined {
  if (!check.inside(address, 9, from)) return undefined
  const head = check.peek(address, 9)
  const told = head[7] | (head[8] << 8)
  const stored = wrongLetters(head, 'FRHP') > 0 ? undefined : storedFilterLength(check, address, told)
  if (stored !== undefined) {
    const place = { structure: fractalHeapHeader, address }
    check.error(place, `${told} bytes of filters, and ${stored} are there`, 'I/O Filters’ Encoded Length')
    return undefined
  }
  return check.decode(fractalHeapHeader, address, headerLength(check, told), undefined, from, { use })
}

function headerLength(check: Checker, filterLength: number): number {
  const { offsets, lengths } = check.image.sizes
  return 26 + 3 * offsets + 12 * lengths + (filterLength > 0 ? lengths + 4 + filterLength : 0)
}

/** Bytes of filters with which a header's checksum is tried. */
const MOST_FILTERS = 256

/** Bytes of filters with which the header's checksum is right, where those that it tells are not. */
function storedFilterLength(check: Checker, address: number, told: number): number | undefined {
  const isRight = (filterLength: number): boolean => {
    const length = headerLength(check, filterLength)
    if (check.image.available(address, length) < length) return false
    const bytes = check.peek(address, length)
    return unsigned(bytes, length - 4, 4) === lookup3(bytes, 0, length - 4)
  }
  if (isRight(told)) return undefined
  for (let length = 0; length <= MOST_FILTERS; length++) if (isRight(length)) return length
  return undefined
}
