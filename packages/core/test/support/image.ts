import { FilterPipeline } from '../../src/filters/pipeline.ts'
import { FileImage } from '../../src/format/file-image.ts'
import type { ByteSource } from '../../src/io/byte-source.ts'
import { checkRange } from '../../src/io/byte-source.ts'
import type { Sizes } from '../../src/io/structure.ts'

export const SIZES: Sizes = { offsets: 8, lengths: 8 }

/** Bytes in memory that count how often they are asked for. */
export class CountingSource implements ByteSource {
  readonly size: number
  reads = 0
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.size = bytes.length
  }

  view(address: number, length: number): Uint8Array {
    checkRange(this.size, address, length)
    this.reads++
    return this.#bytes.subarray(address, address + length)
  }

  /** The reads that an operation needs. */
  count(operation: () => unknown): number {
    const before = this.reads
    operation()
    return this.reads - before
  }
}

/** A file of some bytes, made of parts at addresses of their own. */
export function imageOf(
  parts: Record<number, Uint8Array>,
  sizes = SIZES,
): { image: FileImage; source: CountingSource } {
  const entries = Object.entries(parts).map(([at, part]) => ({ at: Number(at), part }))
  const bytes = new Uint8Array(Math.max(...entries.map(({ at, part }) => at + part.length)))
  for (const { at, part } of entries) bytes.set(part, at)
  const source = new CountingSource(bytes)
  return { image: new FileImage(source, sizes, new FilterPipeline(() => undefined)), source }
}
