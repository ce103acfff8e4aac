import type { Attribute, Dataset } from '@h5kit/core'
import type { DumpOptions } from '../../options/dump.ts'
import type { Selected } from '../../options/subset.ts'
import type { Output } from '../../output.ts'
import type { LineWriter } from './writer.ts'

/** Where the parts of a dump go; undefined for what is not printed at all. */
export interface DumpOutputs {
  ddl: Output | undefined
  data: Output | undefined
  attributes: Output | undefined
}

/** Values between the lines of a dump. */
export class DataRenderer {
  readonly #writer: LineWriter

  constructor(_options: DumpOptions, writer: LineWriter, _outputs: DumpOutputs, _failed: (what: string) => void) {
    this.#writer = writer
  }

  attribute(level: number, _attribute: Attribute): void {
    this.#writer.line(level, 'DATA {')
    this.#writer.begunLine(level, '}')
  }

  dataset(level: number, _dataset: Dataset, _selected: Selected | undefined): void {
    this.#writer.line(level, 'DATA {')
    this.#writer.begunLine(level, '}')
  }

  /** One element as it stands beside others. */
  element(_dataset: Dataset, _bytes: Uint8Array): string {
    return ''
  }
}
