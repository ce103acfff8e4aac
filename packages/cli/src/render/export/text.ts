import type { Complex, Value, Values } from '@h5kit/core'

/** What text goes to. */
export interface TextSink {
  text(text: string): void
}

/** How a cell of comma-separated values is written (RFC 4180). */
function csvCell(value: Value | undefined): string {
  const text = plainText(value)
  return /[",\r\n]/.test(text) || /^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function plainText(value: Value | undefined): string {
  if (value === null || value === undefined) return ''
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
      return numberText(value)
    case 'bigint':
    case 'boolean':
      return String(value)
  }
  if (isComplex(value)) return `${plainText(value.re)}${signed(value.im)}j`
  if (value instanceof Uint8Array) return hexadecimal(value)
  return jsonText(value)
}

function numberText(value: number): string {
  return Object.is(value, -0)
    ? '-0'
    : Number.isNaN(value)
      ? 'nan'
      : Number.isFinite(value)
        ? String(value)
        : infinity(value)
}

function infinity(value: number): string {
  return value > 0 ? 'inf' : '-inf'
}

function signed(value: Value): string {
  const text = plainText(value)
  return text.startsWith('-') ? text : `+${text}`
}

function isComplex(value: object): value is Complex {
  return 're' in value && 'im' in value
}

function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A value as JSON, which has no infinity: what it has no form for is null, bytes are hexadecimal text. */
function jsonText(value: Value | undefined): string {
  if (value === null || value === undefined) return 'null'
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'number':
      return Number.isFinite(value) ? (Object.is(value, -0) ? '-0' : String(value)) : 'null'
    case 'bigint':
    case 'boolean':
      return String(value)
  }
  if (value instanceof Uint8Array) return `"${hexadecimal(value)}"`
  if (isList(value)) return `[${Array.from(value as ArrayLike<Value>, jsonText).join(', ')}]`
  const members = Object.entries(value as { [member: string]: Value | undefined })
  return `{${members.map(([name, each]) => `${JSON.stringify(name)}: ${jsonText(each)}`).join(', ')}}`
}

function isList(value: object): boolean {
  return Array.isArray(value) || ArrayBuffer.isView(value)
}

/** Writes values as rows; those of compounds have a column for each member. */
export class CsvWriter {
  readonly #sink: TextSink
  readonly #width: number
  readonly #members: readonly string[] | undefined
  #column = 0

  /**
   * @param width values of a row
   * @param members of compounds; undefined for other values
   */
  constructor(sink: TextSink, width: number, members: readonly string[] | undefined) {
    this.#sink = sink
    this.#width = members === undefined ? Math.max(1, width) : 1
    this.#members = members
    if (members !== undefined) sink.text(`${members.map(csvCell).join(',')}\n`)
  }

  values(values: Values): void {
    const members = this.#members
    for (let i = 0; i < values.length; i++) {
      const value = values[i]
      const text =
        members === undefined
          ? csvCell(value)
          : members.map((name) => csvCell((value as { [member: string]: Value })[name])).join(',')
      this.#column++
      const last = this.#column === this.#width
      this.#sink.text(last ? `${text}\n` : `${text},`)
      if (last) this.#column = 0
    }
  }

  finish(): void {}
}

/** Writes values as nested lists; a row of the last axis stands on a line. */
export class JsonWriter {
  readonly #sink: TextSink
  readonly #shape: readonly number[]
  /** Elements in one list at each depth. */
  readonly #sizes: number[]
  #done = 0

  constructor(sink: TextSink, shape: readonly number[]) {
    this.#sink = sink
    this.#shape = shape
    this.#sizes = shape.map((_, axis) => shape.slice(axis).reduce((product, size) => product * size, 1))
  }

  values(values: Values): void {
    for (let i = 0; i < values.length; i++) {
      this.#sink.text(`${this.#before()}${jsonText(values[i])}`)
      this.#done++
      const closed = this.#sizes.filter((size) => this.#done % size === 0).length
      if (closed > 0) this.#sink.text(']'.repeat(closed))
    }
  }

  /** What stands in front of the next element. */
  #before(): string {
    const opened = this.#sizes.filter((size) => this.#done % size === 0).length
    const comma = this.#done === 0 ? '' : opened > 0 ? ',\n' : ', '
    return `${comma}${'['.repeat(opened)}`
  }

  finish(): void {
    const empty = this.#shape.includes(0)
    this.#sink.text(empty ? '[]\n' : '\n')
  }
}
