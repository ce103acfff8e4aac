import { encodeText } from '@h5kit/core'
import type { TextBuffer } from '../../output.ts'
import type { NumberWriter } from '../number/printf.ts'
import { numberFormat } from '../number/printf.ts'

/** Two arrays whose elements are compared. */
export interface Compared {
  names: readonly [string, string]
  shape: readonly number[]
  /** The coordinates of an element by its number among those that are compared. */
  position(element: number): readonly number[]
}

/** Where the lines go. */
export interface LineTarget {
  /** What is to be written next; whatever has to stand in front of it is in there. */
  buffer(): TextBuffer
  /** What was written stays. */
  settle(): void
}

const GAP = '          '

/** Prints differences element by element, below a head with the two names. */
export class DifferenceLines {
  /** Whether differences are printed. */
  readonly shown: boolean
  /** Whether the next place without coordinates has the number of a character instead. */
  characters = false
  readonly #target: LineTarget
  #headDue = true

  constructor(target: LineTarget, shown: boolean) {
    this.#target = target
    this.shown = shown
  }

  /** The next difference is the first one of an array. */
  begin(): void {
    this.#headDue = true
  }

  /** Writes where a difference is, and returns what the rest of the line goes to; with `relative` there is one column more. */
  place(compared: Compared, element: number, relative = false, character = 0): TextBuffer {
    const out = this.#target.buffer()
    if (this.#headDue) {
      this.#headDue = false
      putHead(out, compared, relative)
    }
    if (compared.shape.length > 0) {
      out.write('[ ')
      for (const coordinate of compared.position(element)) out.write(`${coordinate} `)
      out.write(']')
    } else if (this.characters) {
      out.write(`[ ${character}]`)
      this.characters = false
    } else out.write('      ')
    out.write(GAP)
    return out
  }

  /** Ends the line. */
  end(text: string): void {
    const out = this.#target.buffer()
    out.write(text)
    this.#target.settle()
  }

  /** A line of its own. */
  line(text: string): void {
    this.end(`${text}\n`)
  }
}

/** A text with blanks behind it, as many as C's printf puts there: it counts bytes. */
export function padded(text: string, width: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what is ASCII has as many bytes as characters
  const length = /^[\x00-\x7f]*$/.test(text) ? text.length : encodeText(text).length
  return text + ' '.repeat(Math.max(0, width - length))
}

function putHead(out: TextBuffer, { names, shape }: Compared, relative: boolean): void {
  const size = dimensionsText(shape)
  out.write(`${padded('size:', 16)}${size}${padded('', 11)}${size}\n`)
  const columns = [padded('position', 15), padded(names[0], 15), padded(names[1], 15)]
  if (relative) columns.push(padded('difference', 15), padded('relative', 15))
  else columns.push(padded('difference', 20))
  out.write(`${columns.join(' ')}\n${'-'.repeat(relative ? 72 : 60)}\n`)
}

/** Sizes along the axes: [2x3]. */
export function dimensionsText(shape: readonly (number | bigint)[]): string {
  return shape.length === 0 ? 'H5S_SCALAR' : `[${shape.join('x')}]`
}

/** Writes one floating-point number. */
export function putNumber(out: TextBuffer, writer: NumberWriter, value: number, negativeNan: boolean): void {
  out.reserve(writer.longest)
  out.length = writer.put(out.bytes, out.length, value, negativeNan)
}

/** A format that is known to be one. */
export function knownFormat(format: string): NumberWriter {
  const writer = numberFormat(format)
  if (writer === undefined) throw new Error(`no format: ${format}`)
  return writer
}
