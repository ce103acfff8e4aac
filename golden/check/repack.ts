// Repacks files in ten ways and has the C library's own tools compare the results with their sources.
//
//   node --import=tsx golden/check/repack.ts REFERENCE_BIN [FILES ...]
//
// REFERENCE_BIN is a folder with h5diff, h5repack and a python3 that has h5py. Without FILES, those of golden/files are
// taken, and the conformance files where they are beside the project. Tells, with status 1, where h5diff or h5py finds a
// difference, where repacking twice does not give the same bytes, and where our file is larger than the reference's by
// more than 3 % and 64 KB.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const ours = join(root, 'bin/h5repack')

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

const LARGER = 0.03
const LARGER_BYTES = 64 << 10

/** Compares what h5py sees: names, kinds, shapes, types and values. */
const PYTHON = `
import sys, h5py, numpy
def facts(path):
    found = {}
    with h5py.File(path, 'r') as f:
        def visit(name, item):
            try:
                kind = type(item).__name__
                data = None
                if isinstance(item, h5py.Dataset):
                    data = (item.shape, str(item.dtype))
                    if item.dtype.kind in 'iufSb' and item.size and item.size < 10**6:
                        data += (item[()].tobytes(),)
                found[name] = (kind, data, sorted(item.attrs.keys()))
            except Exception as error:
                found[name] = type(error).__name__
        f.visititems(visit)
    return found
a, b = facts(sys.argv[1]), facts(sys.argv[2])
for name in a:
    if a[name] != b.get(name): print(name); sys.exit(1)
`

const [bin, ...given] = process.argv.slice(2)
if (bin === undefined) throw new Error('usage: repack.ts REFERENCE_BIN [FILES ...]')
const folders = [join(root, 'golden/files'), resolve(root, '../shared/conformance/files')].filter(existsSync)
const all = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
const files = given.length > 0 ? given.map((name) => resolve(name)) : all.filter((name) => name.endsWith('.h5'))

const scratch = mkdtempSync(join(tmpdir(), 'repack-check-'))
let findings = 0
let compared = 0

function run(command: string, argv: string[], cwd: string): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(command, argv, { cwd, encoding: 'utf8', timeout: 120_000 })
  return { status, text: `${stdout}${stderr}`.trim() }
}

function report(file: string, options: string[], what: string): void {
  findings++
  console.log(`${basename(file)} ${options.join(' ')}: ${what.split('\n').slice(0, 3).join(' | ')}`)
}

function check(file: string, options: string[]): void {
  const [made, again, theirs] = ['made.h5', 'again.h5', 'theirs.h5'].map((name) => join(scratch, name))
  for (const name of [made, again, theirs]) rmSync(name, { force: true })
  const at = dirname(file)
  const reference = run(join(bin, 'h5repack'), [...options, file, theirs], at)
  const { status, text } = run(ours, [...options, file, made], at)
  if (status !== reference.status) report(file, options, `status ${status} instead of ${reference.status}: ${text}`)
  if (status !== 0 || reference.status !== 0) return
  compared++
  const difference = run(join(bin, 'h5diff'), [file, made], at)
  const known = run(join(bin, 'h5diff'), [file, theirs], at)
  if (difference.status !== 0 && known.status === 0) report(file, options, `h5diff: ${difference.text}`)
  const python = run(join(bin, 'python3'), ['-c', PYTHON, file, made], at)
  if (python.status !== 0 && run(join(bin, 'python3'), ['-c', PYTHON, file, theirs], at).status === 0) {
    report(file, options, `h5py: ${python.text.slice(-200)}`)
  }
  run(ours, [...options, file, again], at)
  if (!readFileSync(made).equals(readFileSync(again))) report(file, options, 'other bytes the second time')
  const [size, limit] = [statSync(made).size, statSync(theirs).size]
  const small = limit * LARGER < LARGER_BYTES
  if (size > limit + (small ? LARGER_BYTES : limit * LARGER)) report(file, options, `${size} bytes instead of ${limit}`)
}

for (const file of files) for (const options of OPTIONS) check(file, options)
rmSync(scratch, { recursive: true, force: true })
console.log(`${compared} files compared, ${findings} findings`)
process.exitCode = findings > 0 ? 1 : 0
