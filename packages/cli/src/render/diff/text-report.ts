import type { Output } from '../../output.ts'
import { DifferenceLines, padded } from './lines.ts'
import type { ComparedKind, DiffReport, ListedPlace } from './report.ts'

/** How much is said. */
export interface TextReportOptions {
  files: readonly [string, string]
  /** Differences element by element. */
  report: boolean
  /** What is compared, and what does not count too. */
  verbose: boolean
  /** With `verbose`: 1 what attributes there are, 2 by name, 3 the files' names. */
  level: number
  quiet: boolean
  listsNotComparable: boolean
  /** Why things differ, where elements are not compared. */
  explains: boolean
  /** Nothing of what is the same. */
  onlyDifferences: boolean
}

/** The reference tool's text. */
export class TextReport implements DiffReport {
  readonly lines: DifferenceLines
  readonly #out: Output
  readonly #options: TextReportOptions
  /** Headings of what is being compared, with what was said of each. */
  readonly #open: { heading: string; written: boolean }[] = []

  constructor(out: Output, options: TextReportOptions) {
    this.#out = out
    this.#options = options
    this.lines = new DifferenceLines(this, (options.report || options.verbose) && !options.quiet)
  }

  get #detailed(): boolean {
    return this.#options.verbose || this.#options.report
  }

  buffer(): Output {
    for (const each of this.#open) this.#write(each)
    return this.#out
  }

  settle(): void {
    this.#out.settle()
  }

  #write(opened: { heading: string; written: boolean }): void {
    if (opened.written) return
    opened.written = true
    this.#out.write(opened.heading)
  }

  #line(text: string): void {
    this.buffer().write(`${text}\n`)
    this.settle()
  }

  #heading(kind: ComparedKind, first: string, second: string): string {
    const gap = this.#options.level >= 1 && kind !== 'attribute' ? '\n' : ''
    return `${gap}${padded(kind, 7)}: <${first}> and <${second}>\n`
  }

  #found(count: number): void {
    this.#line(`${count} differences found`)
  }

  places(places: readonly ListedPlace[], whole: boolean): void {
    const { verbose, level, files, onlyDifferences } = this.#options
    if (!verbose || onlyDifferences) return
    if (level > 2) {
      this.#line(`file1: ${files[0]}`)
      this.#line(`file2: ${files[1]}`)
    }
    this.#line('')
    this.#line(whole ? 'file1     file2' : 'group1   group2')
    this.#line('-'.repeat(39))
    this.#list(places)
    this.#line('')
  }

  #list(places: readonly ListedPlace[]): void {
    for (const { name, in: where } of places) {
      const [first, second] = where.map((there) => (there ? 'x' : ' '))
      this.#line(`    ${first}      ${second}    ${padded(name, 15)}`)
    }
  }

  missing(name: string, file: 0 | 1): void {
    if (!this.#options.quiet) this.#line(`Missing: <${name}> is only in <${this.#options.files[file]}>`)
  }

  open(kind: 'dataset' | 'attribute', first: string, second: string): void {
    this.#open.push({ heading: this.#heading(kind, first, second), written: !this.#detailed })
    if (!this.#options.onlyDifferences) this.buffer()
  }

  close(found: number): void {
    const opened = this.#open.pop()
    if (opened === undefined || this.#options.quiet) return
    if (!this.#detailed) {
      if (found === 0) return
      // What was said of it stands in front.
      this.buffer().write(opened.heading)
      this.#found(found)
      return
    }
    if (found > 0) this.#write(opened)
    if (opened.written) this.#found(found)
  }

  compared(kind: ComparedKind, first: string, second: string, found: number): void {
    const { verbose, quiet, onlyDifferences } = this.#options
    if (found === 0 && onlyDifferences) return
    if ((verbose || found > 0) && !quiet) this.buffer().write(this.#heading(kind, first, second))
    if (verbose) this.#found(found)
    this.settle()
  }

  same(kind: ComparedKind, first: string, second: string): void {
    if (!this.#detailed || this.#options.onlyDifferences) return
    this.buffer().write(this.#heading(kind, first, second))
    this.#found(0)
  }

  attributes(places: readonly ListedPlace[]): void {
    const { level, onlyDifferences } = this.#options
    const only = [0, 1].map((side) => places.filter(({ in: where }) => !where[1 - side]).length)
    if (onlyDifferences && only[0] + only[1] === 0) return
    if (level === 2) {
      this.#line('   obj1   obj2')
      this.#line(` ${'-'.repeat(38)}`)
      this.#list(places)
    }
    if (level < 1) return
    const common = places.length - only[0] - only[1]
    this.#line(`Attributes status:  ${common} common, ${only[0]} only in obj1, ${only[1]} only in obj2`)
  }

  dangling(first: string, second: string, which: readonly [boolean, boolean]): void {
    const { verbose, quiet, onlyDifferences } = this.#options
    if (which[0] && which[1]) {
      if (!verbose || quiet || onlyDifferences) return
      this.buffer().write(this.#heading('dangling link', first, second))
      this.#found(0)
      return
    }
    if (verbose) this.#line(which[0] ? `obj1 <${first}> is a dangling link.` : `obj2 <${second}> is a dangling link.`)
    if (!quiet) this.#found(1)
  }

  notComparable(text: string): void {
    const { verbose, listsNotComparable, explains } = this.#options
    if (verbose || listsNotComparable || explains) this.#line(`Not comparable: ${text}`)
  }

  emptyVirtual(text: string): void {
    if (this.#options.verbose || this.#options.listsNotComparable) this.#line(`Warning: ${text}`)
  }

  warning(text: string): void {
    const { verbose, explains, onlyDifferences } = this.#options
    if (!verbose && !explains) return
    const opened = this.#open.at(-1)
    // What does not count is no reason to print what is the same.
    if (onlyDifferences && opened?.written === false) opened.heading += `Warning: ${text}\n`
    else this.#line(`Warning: ${text}`)
  }

  detail(lines: readonly string[]): void {
    if (this.#options.verbose) for (const line of lines) this.#line(line)
  }

  say(text: string): void {
    this.#line(text)
  }

  unfinished(text: string): void {
    this.buffer().write(text)
  }

  end(status: number, missing: boolean, notComparable: boolean): void {
    const { quiet, listsNotComparable, verbose } = this.#options
    if (quiet || status === 2) return
    if (notComparable && !listsNotComparable) {
      const line = '-'.repeat(32)
      const details = verbose ? ' without details of differences' : ''
      this.#line(`${line}\nSome objects are not comparable\n${line}\nUse -c for a list of objects${details}.`)
    }
    if (missing && !verbose) this.#line('Files do not have the same set of objects.\nUse -v for a list of objects.')
  }
}
