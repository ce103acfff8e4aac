import type { Datatype, File } from '@h5kit/core'
import { FormatError } from '@h5kit/core'
import type { Output } from '../../output.ts'
import { valueWriter } from '../value.ts'
import type { ValueFormat } from '../value-format.ts'
import type { LineFormat } from '../wrap.ts'
import { Lines } from '../wrap.ts'

/** How the elements of an array are printed. */
export interface ValuePlan {
  type: Datatype
  format: ValueFormat
  lines: LineFormat
  /** What ends the last line, and what it stands behind where it has to go to a new one. */
  closing?: { text: string; margin: string }
}

/** Elements that are stored one behind the other. */
export interface Run {
  /** Number of the first element in the whole array; those behind it are counted on, whatever their places are. */
  first: number
  count: number
  /** In the dataset's own type. */
  bytes: Uint8Array
  /** Whether a line begins here. */
  begins: boolean
  /** Whether the reference begins here to read anew, and does not look for the end of a row. */
  reads: boolean
  /** Whether no separator stands behind the last element. */
  last: boolean
}

/** Takes elements and prints them. */
export interface ValueSink {
  add(run: Run): void
  /** Nothing comes any more: what was added is in the output. */
  end(): void
}

/** Prints elements on this thread. Without the file, only elements whose bytes are all there is to them. */
export function valueSink(
  { type, format, lines: layout, closing }: ValuePlan,
  file: File | undefined,
  output: Output,
): ValueSink {
  const lines = new Lines(layout, output)
  const put = valueWriter(type, format, file)
  const { size } = type
  return {
    add({ first, count, bytes, begins, reads, last }) {
      if (bytes.length < count * size) throw new FormatError(`${bytes.length} bytes for ${count} elements of ${size}`)
      if (begins) lines.breakLine()
      if (reads) lines.startPiece()
      lines.addAll(put, bytes, size, first, count, last)
    },
    end() {
      if (closing !== undefined) lines.close(closing.text, closing.margin)
    },
  }
}
