import { Reader } from './reader.ts'
import type { Span } from './span.ts'
import type { Sizes, Structure } from './structure.ts'
import { decodeWith } from './structure.ts'

/** One field of a structure as it stands in the file. */
export interface TraceRow {
  /** The structure's name. */
  structure: string
  field: string
  /** File address of the field's first byte. */
  address: number
  /** Length in bytes. */
  length: number
  value?: string
  /** The bytes have no meaning. */
  reserved?: boolean
}

/** A reader that notes where each field stands. */
class Tracer extends Reader {
  readonly #rows: TraceRow[]
  readonly #structure: string

  constructor(rows: TraceRow[], ...args: ConstructorParameters<typeof Reader>) {
    super(...args)
    this.#rows = rows
    this.#structure = args[0]
  }

  override u8(field: string): number {
    return this.#note(field, () => super.u8(field))
  }

  override u16(field: string): number {
    return this.#note(field, () => super.u16(field))
  }

  override u32(field: string): number {
    return this.#note(field, () => super.u32(field))
  }

  override big(field: string): bigint {
    return this.#note(field, () => super.big(field))
  }

  override uint(field: string, width: number): number {
    return this.#note(field, () => super.uint(field, width))
  }

  override signature(letters: string): void {
    this.#note('Signature', () => super.signature(letters), letters)
  }

  override bytes(field: string, length: number): Uint8Array {
    return this.#note(field, () => super.bytes(field, length), '')
  }

  override span(field: string, length: number, value: Span): Span {
    return this.#note(field, () => super.span(field, length, value), '')
  }

  override terminated(field: string): string {
    return this.#note(field, () => super.terminated(field))
  }

  override text(field: string, length: number): string {
    return this.#note(field, () => super.text(field, length))
  }

  override reserved(length: number, field = 'Reserved'): void {
    this.#note(field, () => super.reserved(length, field), '')
    this.#markReserved()
  }

  override align(unit: number): void {
    this.#note('Padding', () => super.align(unit), '')
    this.#markReserved()
  }

  override part<T, P>(field: string, structure: Structure<T, P>, value: T, params: P, length?: number): T {
    const before = this.#rows.length
    const end = length === undefined ? undefined : this.origin + this.at + length
    const result = super.part(field, structure, value, params, length)
    const last = this.#rows.at(-1)
    const reached = last === undefined || this.#rows.length === before ? undefined : last.address + last.length
    if (end !== undefined && reached !== undefined && reached < end) {
      const row = { structure: this.#structure, field: 'Padding', address: reached, length: end - reached }
      this.#rows.push({ ...row, reserved: true })
    }
    return result
  }

  protected override inner(name: string, origin: number, start: number, end: number): Reader {
    return new Tracer(this.#rows, name, this.data, origin, this.sizes, start, end)
  }

  #note<V>(field: string, read: () => V, shown?: string): V {
    const address = this.origin + this.at
    const value = read()
    const length = this.origin + this.at - address
    if (length > 0)
      this.#rows.push({ structure: this.#structure, field, address, length, value: shown ?? String(value) })
    return value
  }

  #markReserved(): void {
    const last = this.#rows.at(-1)
    if (last !== undefined && last.address + last.length === this.origin + this.at) last.reserved = true
  }
}

/**
 * The fields of the structure that `data` starts with, in file order: an annotated hex dump for nothing.
 *
 * @param origin file address of the first byte
 */
export function trace<T, P>(
  structure: Structure<T, P>,
  data: Uint8Array,
  origin: number,
  sizes: Sizes,
  params: P,
): TraceRow[] {
  const rows: TraceRow[] = []
  decodeWith(new Tracer(rows, structure.name, data, origin, sizes), structure, params)
  return rows
}
