/**
 * Writes files anew with our writer at each version bound, and has the reference tools compare each with what it was:
 * h5dump -p prints the same, h5diff finds no difference, h5stat and h5ls read it without complaint.
 *
 *     node --import=tsx golden/check/rewrite.ts PREFIX/bin [--match TEXT] [--bound LOW] [--old DIR] [FOLDER]...
 *
 * PREFIX/bin is where the tools of HDF5 2.2.0 are, --old where those of an older release are, which get the files of
 * bounds that they understand. Without a folder: golden/files, and the conformance files beside the project where they
 * are. A file that the reference itself cannot dump is passed over, and counted.
 */
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Hdf5Error } from '../../packages/core/src/errors.ts'
import { AtomicFile } from '../../packages/core/src/io/file-sink.node.ts'
import { openFile } from '../../packages/core/src/node.ts'
import { rewriteFile } from '../../packages/core/src/write/object-copy-file.ts'
import type { LibraryVersion } from '../../packages/core/src/write/version-bounds.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { match: { type: 'string' }, bound: { type: 'string', multiple: true }, old: { type: 'string' } },
})
const [tools, ...folders] = positionals
if (tools === undefined) throw new Error('where are the tools?')

const bounds = (values.bound ?? ['earliest', 'v108', 'v110', 'v112', 'v114', 'v200']) as LibraryVersion[]
/** Bounds whose files HDF5 1.10 reads, where nothing in them is newer. */
const OLD_BOUNDS: LibraryVersion[] = ['earliest', 'v108', 'v110']

const usual = [join(root, 'golden/files'), join(root, '../shared/conformance/files')].filter((path) => existsSync(path))
const output = mkdtempSync(join(tmpdir(), 'rewrite-'))
/** The files as they are, and with one of them written anew, which others or it itself may name. */
const before = join(output, 'before')
const after = join(output, 'after')

/** What differs between any two files with the same contents. */
function plain(text: string): string {
  return text
    .replaceAll(before, '')
    .replaceAll(after, '')
    .replace(/\bOFFSET \d+/g, 'OFFSET')
    .replace(/\b(DATASET|GROUP|DATATYPE|NAMED DATATYPE) \d+ /g, '$1 ')
}

type Say = (what: string) => void

interface Result {
  status: number | null
  text: string
}

function run(folder: string, tool: string, ...options: string[]): Result {
  const { status, stdout, stderr } = spawnSync(join(folder, tool), options, {
    encoding: 'latin1',
    maxBuffer: 1 << 30,
    timeout: 60_000,
  })
  return { status, text: status === 0 ? stdout : stdout + stderr }
}

/** The first line in which two texts differ. */
function difference(before: string, after: string): string {
  const old = before.split('\n')
  const now = after.split('\n')
  const at = old.findIndex((line, i) => line !== now[i])
  return at < 0 ? `line ${old.length}: ${now[old.length]}` : `line ${at + 1}: ${old[at]} | ${now[at]}`
}

/** Bytes that h5stat does not count: those of global heaps, and the index blocks of some extensible arrays. */
function uncounted(path: string): number[] {
  const bytes = readFileSync(path)
  const places = (signature: string): number[] => {
    const found: number[] = []
    for (let at = bytes.indexOf(signature); at >= 0; at = bytes.indexOf(signature, at + 1)) found.push(at)
    return found
  }
  const heaps = places('GCOL\x01\0\0\0').reduce((sum, at) => sum + bytes.readUInt32LE(at + 8), 0)
  return [0, heaps, ...places('EAIB\0').map((_, i) => heaps + (i + 1) * INDEX_BLOCK)]
}

const INDEX_BLOCK = 232

let compared = 0
let passed = 0
const refused: string[] = []
let wrong = 0

function rewrite(path: string, target: string, low: LibraryVersion): boolean {
  try {
    using file = openFile(path)
    using sink = new AtomicFile(target)
    rewriteFile(file, sink, { low })
    sink.commit()
    return true
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    refused.push(`${basename(path)} ${low}: ${error.message}`)
    return false
  }
}

/** Whether h5stat accounts for every byte, as far as it does for the file that this one was made of. */
function unaccounted(folder: string, path: string, target: string): string | undefined {
  const { status, text } = run(folder, 'h5stat', target)
  if (status !== 0) return text.slice(-300)
  const more = /\?\?\? .*/.exec(text)?.[0]
  if (more !== undefined) return run(folder, 'h5stat', path).text.includes(more) ? undefined : more
  const bytes = Number(/Unaccounted space: (\d+) bytes/.exec(text)?.[1])
  const possible = uncounted(target)
  // Of the heaps of virtual datasets, it counts what the mappings take.
  const virtual = /\[VIRTUAL\]: [1-9]/.test(text) && bytes < Math.max(...possible)
  return virtual || possible.includes(bytes) ? undefined : `${bytes} bytes unaccounted for`
}

function compare(path: string, low: LibraryVersion, folder: string, old: Result): void {
  const target = join(after, basename(path))
  rmSync(target)
  if (rewrite(path, target, low)) compareBoth(path, target, low, folder, old)
  rmSync(target, { force: true })
  symlinkSync(realpathSync(path), target)
}

function compareBoth(path: string, target: string, low: LibraryVersion, folder: string, old: Result): void {
  compared++
  const say = (what: string): void => {
    wrong++
    console.log(`${basename(path)} ${low}: ${what}`)
  }
  const now = run(folder, 'h5dump', '-p', target)
  if (now.status !== 0) say(`h5dump: ${now.text.slice(-300)}`)
  else if (plain(old.text) !== plain(now.text)) {
    // Some things are printed from memory that nothing was written to.
    const again = run(folder, 'h5dump', '-p', path)
    if (again.text === old.text) say(`h5dump ${difference(plain(old.text), plain(now.text))}`)
  }
  compareValues(folder, path, target, say)
  const stat = unaccounted(folder, path, target)
  if (stat !== undefined) say(`h5stat: ${stat}`)
  if (values.old !== undefined && OLD_BOUNDS.includes(low)) compareOld(path, target, values.old, say)
}

function compareValues(folder: string, path: string, target: string, say: Say): void {
  const diff = run(folder, 'h5diff', path, target)
  if (diff.status === 0) return
  // Not everything can be compared. A file is only looked into where the other one is not the same.
  const copy = join(output, `copy-${basename(path)}`)
  copyFileSync(path, copy)
  const itself = run(folder, 'h5diff', path, copy)
  rmSync(copy)
  if (itself.status !== diff.status) say(`h5diff ${diff.status}: ${diff.text.slice(0, 300)}`)
}

/** An older release reads the new file where it reads the one that it was made of. */
function compareOld(path: string, target: string, folder: string, say: Say): void {
  const old = run(folder, 'h5dump', '-p', path)
  if (old.status !== 0) return
  const now = run(folder, 'h5dump', '-p', target)
  if (plain(old.text) !== plain(now.text)) say(`older h5dump ${difference(plain(old.text), plain(now.text))}`)
  compareValues(folder, path, target, say)
}

function check(folder: string): void {
  // What leads to other files finds them from the new place as well.
  const names = readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile())
  for (const place of [before, after]) {
    mkdirSync(place)
    for (const name of names) symlinkSync(join(folder, name), join(place, name))
  }
  for (const name of names.sort()) {
    if (values.match !== undefined && !name.includes(values.match)) continue
    const path = join(before, name)
    const old = run(tools, 'h5dump', '-p', path)
    if (old.status !== 0) passed++
    else for (const low of bounds) compare(path, low, tools, old)
  }
  for (const place of [before, after]) rmSync(place, { recursive: true })
}

for (const folder of folders.length > 0 ? folders : usual) check(resolve(folder))
rmSync(output, { recursive: true, force: true })

for (const line of refused) console.log(`refused: ${line}`)
console.log(`${compared} files compared, ${wrong} differences, ${refused.length} refused, ${passed} unreadable`)
process.exitCode = wrong > 0 ? 1 : 0
