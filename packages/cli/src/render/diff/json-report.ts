import type { Output } from '../../output.ts'
import { TextBuffer } from '../../output.ts'
import { DifferenceLines } from './lines.ts'
import type { ComparedKind, DiffReport, ListedPlace } from './report.ts'

/** What became of one comparison. */
interface Result {
  kind: string
  paths: readonly [string, string]
  status: 'same' | 'different' | 'not comparable' | 'missing' | 'dangling'
  differences: number
  /** For what is in one file alone, the number of that file. */
  onlyIn?: 1 | 2
  notes?: string[]
  attributes?: { name: string; onlyIn: 1 | 2 }[]
}

/** The same facts as a JSON document: an object with the files, what was compared, and the status. */
export class JsonReport implements DiffReport {
  readonly lines: DifferenceLines
  readonly #out: Output
  readonly #files: readonly [string, string]
  readonly #onlyDifferences: boolean
  readonly #results: Result[] = []
  readonly #open: Result[] = []
  /** Nothing is written here: differences are counted. */
  readonly #nowhere = new TextBuffer(0)
  /** What was said before anything was compared. */
  readonly #notes: string[] = []

  constructor(out: Output, files: readonly [string, string], onlyDifferences: boolean) {
    this.#out = out
    this.#files = files
    this.#onlyDifferences = onlyDifferences
    this.lines = new DifferenceLines(this, false)
  }

  buffer(): TextBuffer {
    return this.#nowhere
  }

  settle(): void {}

  places(_places: readonly ListedPlace[]): void {}

  missing(name: string, file: 0 | 1): void {
    this.#results.push({
      kind: 'object',
      paths: [name, name],
      status: 'missing',
      differences: 0,
      onlyIn: file === 0 ? 1 : 2,
    })
  }

  #begin(kind: string, first: string, second: string): Result {
    const result: Result = { kind, paths: [first, second], status: 'same', differences: 0 }
    this.#results.push(result)
    return result
  }

  open(kind: 'dataset' | 'attribute', first: string, second: string): void {
    this.#open.push(this.#begin(kind, first, second))
  }

  close(found: number): void {
    const result = this.#open.pop()
    if (result === undefined) return
    result.differences = found
    if (found > 0) result.status = 'different'
  }

  compared(kind: ComparedKind, first: string, second: string, found: number): void {
    const result = this.#begin(kind, first, second)
    result.differences = found
    if (found > 0) result.status = 'different'
  }

  same(kind: ComparedKind, first: string, second: string): void {
    this.#begin(kind, first, second)
  }

  attributes(places: readonly ListedPlace[]): void {
    const alone = places.flatMap(({ name, in: [first, second] }): { name: string; onlyIn: 1 | 2 }[] =>
      first && second ? [] : [{ name, onlyIn: first ? 1 : 2 }],
    )
    const owner = this.#results.findLast(({ kind }) => kind !== 'attribute')
    if (alone.length > 0 && owner !== undefined) owner.attributes = alone
  }

  dangling(first: string, second: string, which: readonly [boolean, boolean]): void {
    const result = this.#begin('dangling link', first, second)
    result.status = 'dangling'
    if (which[0] !== which[1]) result.differences = 1
  }

  #note(text: string): Result | undefined {
    const result = this.#open.at(-1)
    if (result === undefined) {
      this.#notes.push(text)
      return undefined
    }
    result.notes = [...(result.notes ?? []), text]
    return result
  }

  notComparable(text: string): void {
    const result = this.#note(text)
    if (result !== undefined) result.status = 'not comparable'
  }

  emptyVirtual(text: string): void {
    this.#note(text)
  }

  warning(text: string): void {
    this.#note(text)
  }

  detail(): void {}

  say(text: string): void {
    this.#note(text)
  }

  unfinished(text: string): void {
    this.#note(text)
  }

  end(status: number, missing: boolean, notComparable: boolean): void {
    const kept = this.#results.filter(({ status: each, attributes }) => {
      return !this.#onlyDifferences || each !== 'same' || attributes !== undefined
    })
    const notes = this.#notes.length === 0 ? {} : { notes: this.#notes }
    const document = { files: this.#files, status, missing, notComparable, ...notes, results: kept }
    this.#out.text(`${JSON.stringify(document, null, 2)}\n`)
  }
}
