import { FormatError } from '../errors.ts'
import type { Span } from '../io/span.ts'
import { structure, UNDEFINED } from '../io/structure.ts'
import { decodeText } from '../io/text.ts'
import type { Extent } from './extent.ts'
import type { FileImage } from './file-image.ts'

/** The names of an old-style group (III.D). */
export interface LocalHeapHeader {
  /** Of the data segment, in bytes. */
  size: number
  /** Of the first free block in the segment; 1 stands for none. */
  freeList: number
  dataAddress: number
}

export const localHeapHeader = structure<LocalHeapHeader>({
  name: 'Local Heap',
  spec: 'III.D',
  blank: () => ({ size: 0, freeList: 1, dataAddress: UNDEFINED }),
  body(io, m) {
    io.signature('HEAP')
    io.version('Version', 0, [0])
    io.reserved(3)
    m.size = io.length('Data Segment Size', m.size)
    m.freeList = io.length('Offset to Head of Free-list', m.freeList)
    m.dataAddress = io.address('Address of Data Segment', m.dataAddress)
    if (m.size === UNDEFINED) io.fail('no size', 'Data Segment Size')
    if (m.freeList !== 1 && m.freeList >= m.size) io.fail('free list outside the heap', 'Offset to Head of Free-list')
  },
})

const CACHE_KEY = {}

/** A local heap with its data segment. */
export class LocalHeap {
  readonly address: number
  readonly segment: Span
  readonly #dataAddress: number
  readonly #headerLength: number

  constructor(address: number, headerLength: number, dataAddress: number, segment: Span) {
    this.address = address
    this.segment = segment
    this.#dataAddress = dataAddress
    this.#headerLength = headerLength
  }

  /** What the heap takes in the file. */
  *extents(): Generator<Extent> {
    const { address, segment } = this
    yield { structure: localHeapHeader.name, address, length: Math.ceil(this.#headerLength / 8) * 8 }
    yield { structure: 'Local Heap Data Segment', address: this.#dataAddress, length: segment.length }
  }

  /** The string at an offset. */
  text(offset: number): string {
    const text = this.find(offset)
    if (text !== undefined) return text
    throw new FormatError(`no string at offset ${offset}`, { structure: 'Local Heap', address: this.address })
  }

  /** The string at an offset; undefined where there is none. */
  find(offset: number): string | undefined {
    const { data, start, length } = this.segment
    let at = offset < 0 ? length : offset
    while (at < length && data[start + at] !== 0) at++
    return at < length ? decodeText(data, start + offset, start + at) : undefined
  }
}

export function openLocalHeap(image: FileImage, address: number): LocalHeap {
  const headerLength = 8 + 2 * image.sizes.lengths + image.sizes.offsets
  return image.memo(CACHE_KEY, address, headerLength, () => {
    const header = image.decodePeeked(localHeapHeader, image.peek(address, headerLength), address, undefined)
    if (header.dataAddress === UNDEFINED) throw new FormatError('no data segment', { structure: 'Local Heap', address })
    const segment = image.kept(header.dataAddress, header.size)
    return new LocalHeap(address, headerLength, header.dataAddress, segment)
  })
}
