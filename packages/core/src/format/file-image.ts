import type { FilterPipeline } from '../filters/pipeline.ts'
import type { ByteSource } from '../io/byte-source.ts'
import { peek } from '../io/byte-source.ts'
import type { Patch } from '../io/patched-source.ts'
import { PatchedSource } from '../io/patched-source.ts'
import { Reader } from '../io/reader.ts'
import { SMALL, SmallMemory } from '../io/small-memory.ts'
import { copyBytes, copySpan, NO_BYTES, Span, sameBytes, startsWith } from '../io/span.ts'
import type { Sizes, Structure } from '../io/structure.ts'
import { decodeWith } from '../io/structure.ts'
import { ChunkShapes } from './chunk-shape.ts'
import { StructureCache } from './structure-cache.ts'

/** Where the superblock extension says that the table of shared messages is. */
export interface SharedMessageTableLocation {
  address: number
  /** Indexes in the table. */
  count: number
}

/** One structure as it was decoded; what an observer of a file image is told. */
export interface Decoded<T = unknown, P = unknown> {
  structure: Structure<T, P>
  address: number
  bytes: Uint8Array
  value: T
  params: P
}

export type DecodeObserver = (decoded: Decoded) => void

/** What a structure was decoded from and to the last time. */
interface LastDecoded {
  address: number
  bytes: Span
  value: unknown
}

/** A structure that stands at the start of something. */
export interface Start<T> {
  /** It must not be changed. */
  readonly value: T
  /** What it was decoded from. */
  readonly bytes: Span
}

/** Starts that are kept of each structure. */
const STARTS = 8

/**
 * The bytes of one file with what is needed to decode them: the sizes of its addresses and lengths, the
 * filters, and the structures that were decoded before. Addresses are relative to the base address.
 */
export class FileImage {
  #source: ByteSource
  readonly sizes: Sizes
  readonly pipeline: FilterPipeline
  /** Where the file's table of shared messages is, if it has one. */
  sharedMessages: SharedMessageTableLocation | undefined
  /** Called for each structure that is decoded, once it is. */
  observer: DecodeObserver | undefined
  /** What many object headers have in common. */
  readonly chunkShapes = new ChunkShapes()

  readonly #cache = new StructureCache()
  #generation = 0
  readonly #memory = new SmallMemory()
  /** By the number of the structure. */
  readonly #last: (LastDecoded | undefined)[] = []
  readonly #starts = new Map<unknown, Start<unknown>[]>()
  #oldestStart = 0

  /**
   * One reader for all, as no structure's body decodes another by the image. A new one each time would be garbage at
   * once, and where a collection finds none alive, V8 throws away the code that it optimized for readers.
   */
  readonly #reader: Reader

  constructor(source: ByteSource, sizes: Sizes, pipeline: FilterPipeline) {
    this.#source = source
    this.#reader = new Reader('', NO_BYTES, 0, sizes)
    this.sizes = sizes
    this.pipeline = pipeline
  }

  get source(): ByteSource {
    return this.#source
  }

  /** Takes other bytes for what the file has in some places. What was decoded before is forgotten. */
  patch(patches: readonly Patch[]): void {
    this.#source = new PatchedSource(this.#source, patches)
    this.forget()
  }

  /** Counts how often the file was changed. */
  get generation(): number {
    return this.#generation
  }

  /** Forgets what was decoded before, since the bytes are others now. */
  forget(): void {
    this.#generation++
    this.#cache.clear()
    this.#last.length = 0
    this.#starts.clear()
  }

  /** Decodes the structure of at most `length` bytes at an address. */
  read<T, P>(structure: Structure<T, P>, address: number, length: number, params: P): T {
    return this.decode(structure, this.source.view(address, length), address, params)
  }

  /**
   * Decodes bytes that are at hand already.
   *
   * @param address where the bytes come from
   */
  decode<T, P>(structure: Structure<T, P>, bytes: Uint8Array | Span, address: number, params: P): T {
    const { data, start, length } = bytes instanceof Span ? bytes : new Span(bytes)
    this.#reader.reset(structure.name, data, address, start, start + length)
    const value = decodeWith(this.#reader, structure, params)
    if (this.observer !== undefined) {
      const decoded = { structure, address, bytes: data.subarray(start, start + length), value, params }
      this.observer(decoded as unknown as Decoded)
    }
    return value
  }

  /**
   * Decodes bytes that are for a look only: what the value keeps of them are copies, but for spans, which say where in
   * these bytes they are.
   */
  decodePeeked<T, P>(structure: Structure<T, P>, bytes: Span, address: number, params: P): T {
    const { data, start, length } = bytes
    // Who observes may keep the bytes.
    if (this.observer !== undefined) return this.decode(structure, bytes.bytes.slice(), address, params)
    this.#reader.reset(structure.name, data, address, start, start + length, true)
    return decodeWith(this.#reader, structure, params)
  }

  /** Bytes for a look at them: they may be others once the source is asked again. */
  peek(address: number, length: number): Span {
    return peek(this.#source, address, length)
  }

  /** Bytes that stay as they are. */
  kept(address: number, length: number): Span {
    if (length > SMALL) return new Span(this.#source.view(address, length))
    const { data, start } = this.peek(address, length)
    const copy = this.#memory.take(length)
    copyBytes(data, start, start + length, copy.data, copy.start)
    return copy
  }

  /**
   * Decodes what often comes with the same bytes, as the datatypes of many datasets do: where they are those of the
   * last time, so is the value. It must not be changed.
   */
  readAgain<T>(structure: Structure<T>, address: number, length: number): T {
    const last = this.observer === undefined ? this.#last[structure.number] : undefined
    if (last?.address === address && last.bytes.length === length) return last.value as T
    const bytes = this.peek(address, length)
    if (last !== undefined && sameBytes(last.bytes, bytes)) return last.value as T
    const value = this.decodePeeked(structure, bytes, address, undefined)
    const kept = copySpan(bytes, last?.bytes.data)
    if (last === undefined) this.#last[structure.number] = { address, bytes: kept, value }
    else {
      last.address = address
      last.bytes = kept
      last.value = value
    }
    return value
  }

  /**
   * Decodes what something starts with, which often has the same bytes: then it is one of the last few values.
   *
   * @param bytes for a look only, of the whole
   */
  startAgain<T>(structure: Structure<T>, bytes: Span, address: number): Start<T> {
    let known = this.#starts.get(structure) as Start<T>[] | undefined
    if (known === undefined) {
      known = []
      this.#starts.set(structure, known)
    }
    for (const start of known) if (startsWith(bytes, start.bytes)) return start
    const value = this.decodePeeked(structure, bytes, address, undefined)
    const start = { value, bytes: copySpan(new Span(bytes.data, bytes.start, this.#reader.at)) }
    if (known.length < STARTS) known.push(start)
    else known[this.#oldestStart++ % STARTS] = start
    return start
  }

  /** As `read`, but a structure that was decoded lately is given again. The value must not be changed. */
  cached<T extends object, P>(structure: Structure<T, P>, address: number, length: number, params: P): T {
    return this.memo(structure, address, length, () =>
      this.decode(structure, this.source.view(address, length), address, params),
    )
  }

  /** Keeps what `make` makes of `length` bytes at an address, under a key that says what it is. */
  memo<T extends object>(
    key: object,
    address: number,
    length: number,
    make: (image: FileImage, address: number) => T,
  ): T {
    const known = this.#cache.get(key, address)
    if (known !== undefined) return known as T
    const value = make(this, address)
    this.#cache.set(key, address, length, value)
    return value
  }

  /** As many bytes as there are at an address, at most `length`. */
  available(address: number, length: number): number {
    const { source } = this
    return Math.max(0, Math.min(length, (source.endAt?.(address) ?? source.size) - address))
  }
}
