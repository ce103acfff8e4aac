import { GlobalHeapFinder, globalHeapCollection } from '../format/global-heap.ts'
import { unsigned } from '../io/integer.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { Checker } from './checker.ts'
import { wrongLetters } from './checking-reader.ts'
import type { Place } from './finding.ts'

/** The specification: "the library's default size is 4096", and no collection is smaller. */
const SMALLEST = 4096

/** The global heap collections of a file (III.E), each looked at when an element first refers to it. */
export class GlobalHeaps {
  readonly #check: Checker
  readonly #finder: GlobalHeapFinder
  /** Whether collections that were met can be read. */
  readonly #known = new Map<number, boolean>()

  constructor(check: Checker) {
    this.#check = check
    this.#finder = new GlobalHeapFinder(check.image)
  }

  /** The bytes of an object; undefined where there is none, which is a finding about the element that names it then. */
  object(address: number, index: number, from: Place): Uint8Array | undefined {
    if (!this.#sound(address, from)) return undefined
    const finder = this.#finder
    const found = this.#check.follow(from, () => finder.find(address, index))
    if (found === true) return finder.bytes.subarray(finder.start, finder.end)
    if (found === false) {
      this.#check.report('error', from, `no object ${index} in global heap collection ${address}`, 'global-heap.object')
    }
    return undefined
  }

  #sound(address: number, from: Place): boolean {
    let known = this.#known.get(address)
    if (known === undefined) {
      known = this.#look(address, from)
      this.#known.set(address, known)
    }
    return known
  }

  #look(address: number, from: Place): boolean {
    const check = this.#check
    const { lengths } = check.image.sizes
    const place = { structure: globalHeapCollection, address }
    if (address === UNDEFINED || !check.inside(address, 8 + lengths, from)) return false
    const head = check.peek(address, 8 + lengths)
    const size = unsigned(head, 8, lengths)
    if (head[0] === 0x47 && head[3] === 0x4c && size < SMALLEST) {
      check.error(place, `a collection of ${size} bytes`, 'Collection Size')
      return false
    }
    if (wrongLetters(head, 'GCOL') > 1 && !this.#hasSoundRest(head, size)) {
      check.report('error', from, `no global heap collection at address ${address}`, 'global-heap.object')
      return false
    }
    if (!this.#looksLikeOne(head)) {
      const start = check.image.source.view(address, 8 + lengths)
      check.decodeBytes(globalHeapCollection, start, address, undefined)
      return false
    }
    if (size > check.limits.metadataBytes) {
      check.report('error', place, `a collection of ${size} bytes`, 'limit.metadata')
      return false
    }
    const inside = { ...place, field: 'Collection Size' }
    const collection = check.decode(globalHeapCollection, address, size, undefined, inside, { use: 'global-heaps' })
    if (collection === undefined) return false
    const seen = new Set<number>()
    for (const { index } of collection.objects) {
      if (index === 0) continue
      if (seen.has(index)) check.error(place, `two objects with the index ${index}`, 'Heap Object Index')
      seen.add(index)
    }
    return true
  }

  /** Whether nothing but the signature is damaged. */
  #hasSoundRest(head: Uint8Array, size: number): boolean {
    return head[4] === 1 && head[5] === 0 && head[6] === 0 && head[7] === 0 && size >= SMALLEST
  }

  #looksLikeOne(head: Uint8Array): boolean {
    return String.fromCharCode(head[0], head[1], head[2], head[3]) === 'GCOL' && head[4] === 1
  }
}
