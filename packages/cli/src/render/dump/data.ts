import type { Attribute, Dataset, Datatype, File } from '@h5kit/core'
import { decodeText, FormatError, Hdf5Error, nativeType } from '@h5kit/core'
import type { DumpOptions, PackedBits } from '../../options/dump.ts'
import type { Selected } from '../../options/subset.ts'
import type { Output } from '../../output.ts'
import { TextBuffer } from '../../output.ts'
import { holdsTime } from '../holds-time.ts'
import type { LongNumberWriter, NumberWriter } from '../number/printf.ts'
import { longNumberFormat, numberFormat } from '../number/printf.ts'
import { valueWriter } from '../value.ts'
import type { ValueFormat } from '../value-format.ts'
import { dumpFormat } from '../value-format.ts'
import { binaryWriter } from './binary.ts'
import { renderReferences } from './references.ts'
import { renderSubset, rowsOf } from './subset.ts'
import type { ValueLayout } from './values.ts'
import { renderAttributeValues, renderDatasetValues } from './values.ts'
import type { LineWriter } from './writer.ts'

/** Where the parts of a dump go; undefined for what is not printed at all. */
export interface DumpOutputs {
  standard: Output
  ddl: Output | undefined
  data: Output | undefined
  attributes: Output | undefined
}

type ReferenceType = Extract<Datatype, { class: 'reference' }>

/** Says what could not be printed. */
type Failed = (what: string) => void

/** Where references lead may hold references: so often they are followed. */
const DEEPEST = 8

const NO_BITS: PackedBits = { offset: 0, length: 0 }

/** The blocks of values between the lines of a dump. */
export class DataRenderer {
  readonly options: DumpOptions
  readonly writer: LineWriter
  readonly outputs: DumpOutputs
  readonly #failed: Failed
  readonly #note: Failed
  readonly #float: NumberWriter | undefined
  readonly #longFloat: LongNumberWriter | undefined
  #depth = 0
  /** The bits that values are printed with which have none of their own: those of the last dataset, no bits before the first one. */
  lastBits: PackedBits | undefined
  /** By how much what ends the last values was set off too far, as the reference does behind unreadable references. */
  deeper = 0

  /** @param note says something that changes nothing of the dump's status */
  constructor(options: DumpOptions, writer: LineWriter, outputs: DumpOutputs, failed: Failed, note: Failed) {
    this.options = options
    this.writer = writer
    this.outputs = outputs
    this.#failed = failed
    this.#note = note
    const { floatFormat, longFloatFormat } = options
    this.#float = floatFormat === undefined ? undefined : numberFormat(floatFormat)
    this.#longFloat = longFloatFormat === undefined ? undefined : longNumberFormat(longFloatFormat)
    this.lastBits = options.packedBits.length === 0 ? undefined : NO_BITS
  }

  /** How values are put into text at a level. */
  format(level: number, bits?: PackedBits): ValueFormat {
    const { escape: escapes, characters, utf8 } = this.options
    return dumpFormat({ escapes, utf8, characters, float: this.#float, longFloat: this.#longFloat, bits }, level)
  }

  layout(level: number): ValueLayout {
    const { width, perLine, indices } = this.options
    return { columns: perLine === 1 ? 0 : width, indices, separator: ',', level, breakRows: true }
  }

  /** Gives `deeper` once. */
  takeDeeper(): number {
    const { deeper } = this
    this.deeper = 0
    return deeper
  }

  attribute(level: number, attribute: Attribute): void {
    const { writer, outputs } = this
    writer.line(level, 'DATA {')
    this.deeper = 0
    this.#attempt(() => {
      const { type, file, space } = attribute
      const count = space.kind === 'null' ? 0 : space.dimensions.reduce((product, n) => product * n, 1)
      if (type.class === 'reference') {
        if (count > 0) this.#references(level, type, file, () => [attribute.raw().subarray(0, count * type.size)])
      } else if (this.options.binary !== undefined && outputs.data !== undefined) {
        this.#binary(type, file, [{ count, bytes: attribute.raw() }], outputs.data)
      } else if (outputs.attributes !== undefined && !holdsTime(type)) {
        renderAttributeValues(attribute, this.format(level, this.lastBits), this.layout(level), outputs.attributes)
      }
    })
    writer.begunLine(level + this.deeper, '}')
  }

  /** The values of a dataset, once for each of the packed bits that are asked for. */
  dataset(level: number, dataset: Dataset, selected: Selected | undefined): void {
    const { packedBits } = this.options
    if (packedBits.length === 0) {
      this.#typed(level, dataset, selected)
      return
    }
    for (const bits of packedBits) {
      this.writer.begunLine(level, `PACKED_BITS OFFSET=${bits.offset} LENGTH=${bits.length}`)
      this.lastBits = this.#within(bits, dataset.type)
      this.#typed(level, dataset, selected, this.lastBits)
    }
  }

  /** Bits that an integer does not have are printed as zeros. */
  #within(bits: PackedBits, type: Datatype): PackedBits {
    const size = type.class === 'fixed-point' ? 8 * nativeType(type).size : 0
    if (size === 0 || bits.offset + bits.length <= size) return bits
    this.#note(`packed bits with offset+length of ${bits.offset + bits.length} exceed the ${size} bits of the integers`)
    return NO_BITS
  }

  #typed(level: number, dataset: Dataset, selected: Selected | undefined, bits?: PackedBits): void {
    if (dataset.type.class === 'time') this.writer.begunLine(level + 1, 'DATA{ not yet implemented.}')
    else if (selected === undefined) this.#values(level, dataset, undefined, bits)
    else {
      subsetHead(this.writer, level, selected)
      this.#values(level + 1, dataset, selected, bits)
      this.writer.begunLine(level + this.deeper, '}')
    }
  }

  #values(level: number, dataset: Dataset, selected: Selected | undefined, bits?: PackedBits): void {
    const { writer, outputs } = this
    const { type, space, file } = dataset
    // That a part cannot be read is said, but does not change the reference's status.
    const missing = (error: Hdf5Error): void => this.#note(`unable to print all of the data: ${error.message}`)
    writer.line(level, 'DATA {')
    this.deeper = 0
    this.#attempt(() => {
      if (space.kind === 'null' && (type.class === 'reference' || this.options.binary !== undefined)) return
      if (holdsTime(type)) return
      if (type.class === 'reference') this.#references(level, type, file, () => slabBytes(dataset))
      else if (outputs.data === undefined) for (const _ of dataset.slabs());
      else if (this.options.binary !== undefined) {
        const pieces = selected === undefined ? dataset.slabs() : rowsOf(dataset, selected, missing)
        this.#binary(type, file, pieces, outputs.data)
      } else if (selected === undefined || space.kind === 'null') {
        renderDatasetValues(dataset, this.format(level, bits), this.layout(level), outputs.data)
      } else renderSubset(dataset, selected, this.format(level, bits), this.layout(level), outputs.data, missing)
    })
    writer.begunLine(level + this.deeper, '}')
  }

  /** All references are read before any is printed; where one cannot be, nothing is, and that is no failure. */
  #references(level: number, type: ReferenceType, file: File, pieces: () => Iterable<Uint8Array>): void {
    try {
      for (const bytes of pieces()) {
        for (let at = 0; at + type.size <= bytes.length; at += type.size) file.reference(type, bytes, at)
      }
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
      this.#note(`unable to read references: ${error.message}`)
      this.deeper = 1
      return
    }
    renderReferences(this, level + 1, pieces(), type, file)
  }

  #binary(type: Datatype, file: File, pieces: Iterable<{ count: number; bytes: Uint8Array }>, output: Output): void {
    const { binary: form = 'NATIVE' } = this.options
    const put = binaryWriter(type, form, file)
    if (put === undefined) this.#note(`values of class ${type.class} have no ${form} form: nothing is written`)
    else for (const { count, bytes } of pieces) put(output, bytes, 0, count)
  }

  /** The values of a dataset that a reference leads to. */
  referenced(level: number, dataset: Dataset): void {
    if (this.#depth === DEEPEST) return
    this.#depth++
    this.#values(level, dataset, undefined)
    this.deeper = 0
    this.#depth--
  }

  /** One element as it stands beside others. */
  element(type: Datatype, file: File, bytes: Uint8Array, level: number): string {
    if (bytes.length < type.size) throw new FormatError(`${bytes.length} bytes for an element of ${type.size}`)
    const text = new TextBuffer(256)
    if (!holdsTime(type)) valueWriter(type, { ...this.format(level), characters: false }, file)(text, bytes, 0)
    return decodeText(text.bytes, 0, text.length)
  }

  #attempt(operation: () => void): void {
    try {
      operation()
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
      this.#failed(`unable to print data: ${error.message}`)
    }
  }
}

function* slabBytes(dataset: Dataset): Generator<Uint8Array> {
  for (const { bytes } of dataset.slabs()) yield bytes
}

function subsetHead(writer: LineWriter, level: number, { start, stride, count, block }: Selected): void {
  writer.line(level, 'SUBSET {')
  writer.line(level + 1, `START ( ${start.join(', ')} );`)
  writer.line(level + 1, `STRIDE ( ${stride.join(', ')} );`)
  writer.line(level + 1, `COUNT ( ${count.join(', ')} );`)
  writer.line(level + 1, `BLOCK ( ${block.join(', ')} );`)
}
