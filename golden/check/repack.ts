// Repacks files in ten ways and has the C library's own tools compare the results with their sources.
//
//   node scripts/build.mjs && node --import=tsx golden/check/repack.ts PREFIX/bin [--every N] [--from N] [FILES ...]
//
// PREFIX/bin is a folder with h5diff, h5repack and a python3 that has h5py. Without FILES, those of golden/files are
// taken, and the conformance files where they are beside the project; with --every N each Nth of them.
// Tells, with status 1:
//   - a difference that h5diff or h5py (compare.py) finds, where it finds none in what the reference's h5repack makes
//   - another status than the reference's
//   - other bytes the second time, with another number of jobs, or when what was made is repacked in its turn
//   - more bytes than the reference's file has by over 3 %, and by over 64 KB
import type { ChildProcess } from 'node:child_process'
import { fork, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import type { Interface } from 'node:readline'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))

const OPTIONS: string[][] = [
  [],
  ['-L'],
  ['--low=0', '--high=2'],
  ['-f', 'NONE'],
  ['-f', 'SHUF', '-f', 'GZIP=6'],
  ['-f', 'FLET'],
  ['-l', 'CONTI'],
  ['-f', 'GZIP=1', '-L'],
  ['-S', 'PAGE', '-G', '4096'],
  ['-b', '2048', '-t', '1000', '-a', '512'],
]

/** What the reference cannot repack although the format has room for it; ours is compared with its source alone. */
const REFUSALS = [
  // It looks for the native type of each dataset that may refer to others, and knows none of a time's.
  'time type is not supported yet',
  // It copies messages in the version that they have, where an older version says the same.
  'message version out of bounds',
  // It puts a large attribute of an old object into its header, where there is no room for it.
  'object header message is too large',
  // Messages of another length than with the usual sizes of addresses.
  "H5O_msg_flush: Assertion `msg_size <= mesg->raw_size' failed",
  // It takes a virtual dataset without filters for one of which the elements are written.
  "can't synchronously write data",
]

/** What we refuse by name: sizes are numbers up to 2^53-1, and nothing can hold as many elements. */
const LIMITS = ['more than 2^53-1 elements']

const LARGER = 0.03
const LARGER_BYTES = 64 << 10
/** Less than this has no chunks that other threads get. */
const MANY_JOBS = 16 << 10
const PATIENCE = 60_000
/** What h5diff takes longer for has elements without end, none of them stored; h5py compares the rest of such a file. */
const H5DIFF_PATIENCE = 15_000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { every: { type: 'string', default: '1' }, from: { type: 'string', default: '0' } },
})
const [bin, ...given] = positionals
if (bin === undefined) throw new Error('usage: repack.ts PREFIX/bin [FILES ...]')
const folders = [join(root, 'golden/files'), resolve(root, '../shared/conformance/files')].filter(existsSync)
const all = folders.flatMap((folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map(({ name }) => join(folder, name)),
)
const chosen = all.filter((_, i) => i >= Number(values.from) && (i - Number(values.from)) % Number(values.every) === 0)
const files = given.length > 0 ? given.map((name) => resolve(name)) : chosen

interface Result {
  status: number | null
  text: string
  /** Whether it was ended because it took too long. */
  late?: boolean
}

/** What comes first; nobody waits for the other any more. */
async function first<T>(a: Promise<T>, b: Promise<T>, stop: AbortController): Promise<T> {
  for (const each of [a, b]) each.catch(() => undefined)
  const result = await Promise.race([a, b])
  stop.abort()
  return result
}

/** Our tools, in a process that stays; another one where it ended. */
class Tools {
  #process: ChildProcess | undefined

  async run(tool: string, argv: string[], cwd: string): Promise<Result> {
    this.#process ??= fork(join(root, 'golden/check/tool-server.cjs'), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const process = this.#process
    const stop = new AbortController()
    const reply = once(process, 'message', stop) as Promise<[Result]>
    const ended = once(process, 'exit', stop).then((): [Result] => [{ status: null, text: 'the process ended' }])
    const late = setTimeout(() => process.kill('SIGKILL'), PATIENCE)
    process.send({ tool, argv, cwd })
    const [result] = await first(reply, ended, stop)
    clearTimeout(late)
    if (result.status === null) this.#process = undefined
    return result
  }

  end(): void {
    this.#process?.kill()
  }
}

/** compare.py, in a process that stays; another one where it ended. */
class Comparison {
  #process: ReturnType<typeof spawn> | undefined
  #lines: Interface | undefined

  /** What is different; an empty text where nothing is. */
  async difference(before: string, after: string, folder: string): Promise<string> {
    const script = join(root, 'golden/check/compare.py')
    if (this.#process === undefined) {
      this.#process = spawn(join(bin, 'python3'), [script], { stdio: ['pipe', 'pipe', 'ignore'] })
      if (this.#process.stdout === null) throw new Error('python3 says nothing')
      this.#lines = createInterface({ input: this.#process.stdout })
    }
    if (this.#lines === undefined) throw new Error('python3 says nothing')
    const stop = new AbortController()
    const line = once(this.#lines, 'line', stop) as Promise<[string]>
    const ended = once(this.#lines, 'close', stop).then((): [string] => ['python3 ended'])
    const late = setTimeout(() => this.#process?.kill(), PATIENCE)
    this.#process.stdin?.write(`${before}\t${after}\t${folder}\n`)
    const [text] = await first(line, ended, stop)
    clearTimeout(late)
    if (text === 'python3 ended') this.#process = undefined
    return text
  }

  end(): void {
    this.#process?.kill()
  }
}

const tools = new Tools()
const comparison = new Comparison()
const scratch = mkdtempSync(join(tmpdir(), 'repack-check-'))
const [made, other, third, theirs] = ['made.h5', 'other.h5', 'third.h5', 'theirs.h5'].map((name) => join(scratch, name))
/** Files that the reference takes too long for. */
const endless = new Set<string>()
let findings = 0
let compared = 0
let refused = 0

function reference(tool: string, argv: string[], cwd: string, timeout = PATIENCE): Result {
  const { status, stdout, stderr, error } = spawnSync(join(bin, tool), argv, { cwd, encoding: 'latin1', timeout })
  return { status, text: `${stdout}${stderr}`.trim(), late: error !== undefined }
}

function report(file: string, options: string[], what: string): void {
  findings++
  console.log(`${basename(file)} ${options.join(' ')}: ${what.split('\n').slice(0, 3).join(' | ')}`)
}

async function check(file: string, options: string[]): Promise<void> {
  for (const name of [made, theirs]) rmSync(name, { force: true })
  const at = dirname(file)
  const known = reference('h5repack', [...options, file, theirs], at)
  if (known.late) {
    endless.add(file)
    return
  }
  const { status, text } = await tools.run('h5repack', [...options, '--jobs', '1', file, made], at)
  if (status !== 0) {
    refused++
    if (known.status === 0 && !LIMITS.some((limit) => text.includes(limit)))
      report(file, options, `status ${status}: ${text}`)
    return
  }
  compared++
  if (known.status !== 0) {
    const why = reference('h5repack', ['--enable-error-stack=2', ...options, file, theirs], at).text
    if (!REFUSALS.some((refusal) => why.includes(refusal)))
      report(file, options, `status 0, not ${known.status}: ${why}`)
  }
  if (!endless.has(file)) {
    const { status: differs, text: difference } = reference('h5diff', [file, made], at, H5DIFF_PATIENCE)
    if (differs === null) endless.add(file)
    else if (
      differs !== 0 &&
      reference('h5diff', [file, known.status === 0 ? theirs : copyOf(file)], at).status !== differs
    ) {
      report(file, options, `h5diff: ${difference}`)
    }
  }
  const seen = await comparison.difference(file, made, at)
  if (seen !== '' && (await comparison.difference(file, theirs, at)) !== seen) report(file, options, `h5py: ${seen}`)
  await checkBytes(file, options)
  if (known.status !== 0) return
  const [size, limit] = [statSync(made).size, statSync(theirs).size]
  if (size > limit + Math.max(limit * LARGER, LARGER_BYTES)) report(file, options, `${size} bytes instead of ${limit}`)
}

/** Another file with the same contents: h5diff does not look into a file that it compares with itself. */
function copyOf(file: string): string {
  copyFileSync(file, theirs)
  return theirs
}

/** The same bytes each time, and however many jobs there are; and of what was made too. */
async function checkBytes(file: string, options: string[]): Promise<void> {
  const again = async (source: string, more: string[], what?: string, wanted = made): Promise<boolean> => {
    if (source !== other) rmSync(other, { force: true })
    const target = source === other ? third : other
    const { status, text } = await tools.run('h5repack', [...options, ...more, source, target], dirname(file))
    if (status !== 0) report(file, options, `${what}: ${text}`)
    const same = status === 0 && spawnSync('cmp', ['-s', target, wanted]).status === 0
    if (!same && what !== undefined) report(file, options, `other bytes ${what}`)
    return same
  }
  await again(file, ['--jobs', '4'], 'with 4 jobs')
  if (statSync(made).size > MANY_JOBS) await again(file, ['--jobs', '2'], 'with 2 jobs')
  // Chunks are copied in the order of the index that they are read from: another kind of index may have another order.
  if (await again(made, [])) return
  await again(other, [], 'when repacked for the third time', other)
}

for (const file of files) {
  process.stderr.write(`${basename(file)}\n`)
  for (const options of OPTIONS) await check(file, options)
}
tools.end()
comparison.end()
rmSync(scratch, { recursive: true, force: true })
console.log(
  `${compared} compared, ${refused} refused, ${findings} findings; too long for the reference: ${[...endless].map((file) => basename(file))}`,
)
process.exitCode = findings > 0 ? 1 : 0
