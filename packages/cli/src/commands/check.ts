import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { Hdf5Error, NotFoundError, POLICIES } from '@h5kit/core'
import { checkFile } from '@h5kit/core/node'
import type { CheckCommandOptions } from '../options/check.ts'
import type { Output } from '../output.ts'
import type { CheckSummary, FileFacts } from '../render/check.ts'
import { checkText, factsOf, printable, summaryLine } from '../render/check.ts'
import type { Palette } from '../render/palette.ts'
import { paletteFor } from '../render/palette.ts'
import { isTerminal } from '../system.ts'

/** Checks files one after the other; 1 where something was found in one of them. */
export async function check(
  options: CheckCommandOptions,
  output: Output,
  warn: (message: string) => void,
): Promise<number> {
  const summary: CheckSummary = { files: 0, sound: 0, errors: 0, warnings: 0 }
  const several = options.filesFrom !== undefined || options.files.length > 1
  const report = new Report(options, !several || options.verbose, output, await paletteFor(options.color))
  const progress = new Progress()
  let stopped = false
  for await (const facts of results(options, several)) {
    summary.files++
    summary.errors += 'error' in facts ? 1 : facts.errors
    summary.warnings += 'error' in facts ? 0 : facts.warnings
    if (facts.sound) summary.sound++
    progress.clear()
    report.add(facts)
    progress.show(summary.files)
    stopped = !facts.sound && !options.keepGoing
    if (stopped) break
  }
  progress.clear()
  report.end(summary)
  output.flush()
  if (several || summary.sound < summary.files) warn(summaryLine(summary))
  if (stopped && several) warn('stopped at the first file that is not; --keep-going goes on')
  const status = summary.sound === summary.files ? 0 : 1
  if (options.recover === undefined) return status
  return (await rescue(options.files[0], options.recover, warn)) ? status : 1
}

/** Writes what is still readable into a new file and says what was lost; whether there is such a file now. */
async function rescue(file: string, output: string, warn: (message: string) => void): Promise<boolean> {
  const { recover } = await import('./recover.ts')
  if (existsSync(output)) {
    warn(`${output} is there already, and stays as it is`)
    return false
  }
  try {
    const { objects, lost, omitted } = recover(file, output)
    for (const { path, what, times } of lost) {
      warn(printable(`lost: ${path}: ${what}${times > 1 ? ` (${times} times)` : ''}`))
    }
    const times = lost.reduce((sum, each) => sum + each.times, omitted)
    const losses = times === 0 ? 'nothing was lost' : `${times === 1 ? 'once' : `${times} times`} something was lost`
    warn(`${output} has ${objects === 1 ? '1 object' : `${objects} objects`} of ${file}; ${losses}`)
    return true
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    warn(`nothing of ${file} can be recovered: ${error.message}`)
    return false
  }
}

async function* results(options: CheckCommandOptions, several: boolean): AsyncGenerator<FileFacts> {
  if (options.jobs > 1 && several) {
    const { checkInProcesses } = await import('./check-processes.ts')
    yield* checkInProcesses(options, fileNames(options))
  } else for (const file of fileNames(options)) yield checkOne(file, options)
}

function checkOne(file: string, { data, policy, limits }: CheckCommandOptions): FileFacts {
  try {
    return factsOf(file, checkFile(file, { data, policy: { ...POLICIES[policy], ...limits } }))
  } catch (error) {
    if (error instanceof Hdf5Error) return { file, sound: false, error: error.message }
    throw error
  }
}

/** The files to be checked: those that were named, then those of a list, which may still be written. */
function* fileNames({ files, filesFrom }: CheckCommandOptions): Generator<string> {
  yield* files
  if (filesFrom === undefined) return
  const fd = filesFrom === '-' ? 0 : openList(filesFrom)
  try {
    yield* lines(fd)
  } finally {
    if (fd !== 0) closeSync(fd)
  }
}

function openList(name: string): number {
  try {
    return openSync(name, 'r')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    throw new NotFoundError(`no list of files ${name} (${error.code})`, { path: name })
  }
}

/** The lines of a file descriptor as they come; empty ones are left out. */
function* lines(fd: number): Generator<string> {
  const bytes = Buffer.alloc(1 << 16)
  let rest = Buffer.alloc(0)
  for (let count = readSome(fd, bytes); count > 0; count = readSome(fd, bytes)) {
    rest = Buffer.concat([rest, bytes.subarray(0, count)])
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const line = rest.toString('utf8', 0, end).replace(/\r$/, '')
      rest = rest.subarray(end + 1)
      if (line !== '') yield line
    }
  }
  if (rest.length > 0) yield rest.toString('utf8')
}

function readSome(fd: number, bytes: Buffer): number {
  for (;;) {
    try {
      return readSync(fd, bytes)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'EOF') return 0
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

/** Prints what was found in the format that was asked for. */
class Report {
  readonly #format: CheckCommandOptions['format']
  readonly #account: boolean
  readonly #output: Output
  readonly #palette: Palette | undefined
  #count = 0

  constructor({ format }: CheckCommandOptions, account: boolean, output: Output, palette: Palette | undefined) {
    this.#palette = palette
    this.#format = format
    this.#account = account
    this.#output = output
    if (format === 'json') output.text('{"files":[')
  }

  add(facts: FileFacts): void {
    const output = this.#output
    const first = this.#count++ === 0
    if (this.#format === 'text') output.text(checkText(facts, this.#account, this.#palette))
    else if (this.#format === 'json') output.text(`${first ? '' : ','}\n${JSON.stringify(facts)}`)
    else output.text(`${JSON.stringify(facts)}\n`)
    // Whoever reads a line a file wants it now.
    if (this.#format === 'ndjson') output.flush()
  }

  end(summary: CheckSummary): void {
    if (this.#format === 'json') this.#output.text(`\n],"summary":${JSON.stringify(summary)}}\n`)
  }
}

/** Tells on a terminal how far the work is. */
class Progress {
  readonly #start = Date.now()
  #shown = false

  show(files: number): void {
    if (Date.now() - this.#start < 1000 || !isTerminal(2)) return
    process.stderr.write(`\r${files} files checked`)
    this.#shown = true
  }

  clear(): void {
    if (this.#shown) process.stderr.write('\r\x1b[K')
    this.#shown = false
  }
}
