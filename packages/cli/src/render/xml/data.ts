import type { Attribute, Dataset, Datatype, File } from '@h5kit/core'
import { Hdf5Error } from '@h5kit/core'
import type { DumpOptions } from '../../options/dump.ts'
import type { DumpOutputs } from '../dump/data.ts'
import type { ValueLayout } from '../dump/values.ts'
import { renderAttributeValues, renderDatasetValues } from '../dump/values.ts'
import type { NumberWriter } from '../number/printf.ts'
import { numberFormat } from '../number/printf.ts'
import type { ValueFormat } from '../value-format.ts'
import { xmlFormat } from '../value-format.ts'
import { escapePath } from './escape.ts'
import type { XmlWriter } from './writer.ts'

type OfClass<C extends Datatype['class']> = Extract<Datatype, { class: C }>
type StringType = OfClass<'string'> | (OfClass<'variable-length'> & { kind: 'string' })

/** Says what could not be printed. */
type Failed = (what: string) => void

/** Gives the path of what a reference leads to; undefined where it leads nowhere. */
export type PathOf = (file: File, type: OfClass<'reference'>, bytes: Uint8Array, at: number) => string | undefined

/** Bytes of strings or references that are read at once. */
const SLAB = 4 << 20

/** The values of datasets and attributes. */
export class XmlData {
  readonly #options: DumpOptions
  readonly #writer: XmlWriter
  readonly #outputs: DumpOutputs
  readonly #pathOf: PathOf
  readonly #note: Failed
  readonly #float: NumberWriter | undefined

  /** @param note says something that changes nothing of the dump's status */
  constructor(options: DumpOptions, writer: XmlWriter, outputs: DumpOutputs, pathOf: PathOf, note: Failed) {
    this.#options = options
    this.#writer = writer
    this.#outputs = outputs
    this.#pathOf = pathOf
    this.#note = note
    this.#float = options.floatFormat === undefined ? undefined : numberFormat(options.floatFormat)
  }

  /** In an attribute, which is at the level above. */
  attribute(level: number, attribute: Attribute): void {
    const { type, space, file } = attribute
    if (!this.#options.attributeData || space.kind === 'null') {
      this.nothing(level)
      return
    }
    switch (type.class) {
      case 'time':
        this.#times(level + 1, true)
        return
      case 'reference':
        this.#references(level, type, file, () => [elementsOf(attribute)])
        return
      case 'compound':
        this.#writer.comment(level, COMPOUND_NOTE)
        break
      case 'variable-length':
        if (type.kind === 'sequence') this.#writer.comment(level, SEQUENCE_NOTE)
    }
    this.#data(level, () => {
      if (isString(type)) this.#strings(level + 1, type, file, [elementsOf(attribute)])
      else if (this.#outputs.attributes !== undefined) {
        renderAttributeValues(attribute, this.#format(level + 1), this.#layout(level + 1), this.#outputs.attributes)
      }
    })
  }

  /** In a dataset, which is at the level above. */
  dataset(level: number, dataset: Dataset): void {
    const { type, file } = dataset
    if (!this.#options.data || dataset.storageSize === 0) {
      this.nothing(level)
      return
    }
    switch (type.class) {
      case 'time':
        this.#times(level, false)
        return
      case 'reference':
        this.#references(level - 1, type, file, () => slabBytes(dataset))
        return
      case 'compound':
        this.#writer.comment(level - 1, COMPOUND_NOTE)
        break
      case 'variable-length':
        if (type.kind === 'sequence') this.#writer.comment(Math.max(0, level - 2), SEQUENCE_NOTE)
    }
    this.#data(level, () => {
      if (isString(type)) this.#strings(level + 1, type, file, slabBytes(dataset))
      else if (this.#outputs.data !== undefined) {
        renderDatasetValues(dataset, this.#format(level + 1), this.#layout(level + 1), this.#outputs.data)
      }
    })
  }

  /** Where there are no values, or they are not asked for. */
  nothing(level: number): void {
    this.#writer.element(level, 'Data', () => this.#writer.tag(level + 1, 'NoData/'))
  }

  #data(level: number, values: () => void): void {
    const writer = this.#writer
    writer.element(level, 'Data', () => {
      writer.element(level + 1, 'DataFromFile', () => {
        try {
          values()
        } catch (error) {
          if (!(error instanceof Hdf5Error)) throw error
          this.#note(`unable to print data: ${error.message}`)
          writer.text(level + 2, 'Unable to print data.')
        }
      })
    })
  }

  /** That there are times, and nothing more; the elements are not closed as they should be. */
  #times(level: number, inAttribute: boolean): void {
    const writer = this.#writer
    writer.tag(level, 'Data')
    writer.comment(level, 'Time data not yet implemented.')
    writer.tag(level, inAttribute ? 'NoData/' : 'NoData /')
    if (inAttribute) {
      writer.text(level, '<hdf5:Data>')
      writer.endTag(level, 'Data')
    } else writer.tag(level, 'Data')
  }

  /** The paths of what object references lead to. */
  #references(level: number, type: OfClass<'reference'>, file: File, pieces: () => Iterable<Uint8Array>): void {
    const writer = this.#writer
    writer.element(level, 'Data', () => {
      if (type.kind !== 0) {
        writer.comment(level, 'Note: Region references not supported')
        writer.tag(level, 'NoData /')
        return
      }
      writer.element(level, 'DataFromFile', () => {
        try {
          for (const bytes of pieces()) {
            for (let at = 0; at + type.size <= bytes.length; at += type.size) {
              writer.text(level + 1, `"${escapePath(this.#pathOf(file, type, bytes, at) ?? 'NULL')}"`)
            }
          }
        } catch (error) {
          if (!(error instanceof Hdf5Error)) throw error
          this.#note(`unable to print data: ${error.message}`)
        }
      })
    })
  }

  /** Strings as far as their first zero, whatever their padding. */
  #strings(level: number, type: StringType, file: File, pieces: Iterable<Uint8Array>): void {
    const writer = this.#writer
    const { size } = type
    const sequences = file.sequences()
    for (const bytes of pieces) {
      for (let at = 0; at + size <= bytes.length; at += size) {
        if (type.class === 'string') {
          writer.string(level, bytes, at, endOf(bytes, at, at + size))
          continue
        }
        sequences.find(type, bytes, at)
        const { bytes: found, start, end } = sequences
        if (start === end && leadsNowhere(file, bytes, at)) writer.text(level, 'NULL')
        else writer.string(level, found, start, endOf(found, start, end))
      }
    }
  }

  #format(level: number): ValueFormat {
    const options = { escapes: false, characters: false, float: this.#float, longFloat: undefined, bits: undefined }
    return xmlFormat(options, level)
  }

  #layout(level: number): ValueLayout {
    const { width, perLine } = this.#options
    return { columns: perLine === 1 ? 0 : width, indices: false, separator: '', level, breakRows: false }
  }
}

const COMPOUND_NOTE = 'Note: format of compound data not specified'
const SEQUENCE_NOTE = 'Note: format of VL data not specified'

function isString(type: Datatype): type is StringType {
  return type.class === 'string' || (type.class === 'variable-length' && type.kind === 'string')
}

/** Old messages have more bytes behind the elements. */
function elementsOf(attribute: Attribute): Uint8Array {
  const { type, space } = attribute
  const count = space.dimensions.reduce((product, n) => product * n, 1)
  return attribute.raw().subarray(0, count * type.size)
}

function* slabBytes(dataset: Dataset): Generator<Uint8Array> {
  for (const { bytes } of dataset.slabs(SLAB)) yield bytes
}

function endOf(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start; i < end; i++) if (bytes[i] === 0) return i
  return end
}

/** Whether the address behind the length of an element of variable length is 0. */
function leadsNowhere(file: File, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < file.superblock.sizes.offsets; i++) if (bytes[at + 4 + i] !== 0) return false
  return true
}
