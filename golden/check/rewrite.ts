/**
 * Writes files anew with our writer at each version bound, and has the C library compare each with what it was: h5dump
 * -p prints the same, h5diff finds no difference, h5py reads the same, h5stat and h5debug find no damage. Of datasets of
 * more than 2 GiB, which the tools do not get through in time, h5py reads the chunks that there are.
 *
 *     node --import=tsx golden/check/rewrite.ts PREFIX/bin [--match TEXT] [--from NAME] [--sample N] [--bound LOW] [--old DIR] [FOLDER]...
 *
 * PREFIX/bin is where the tools of HDF5 2.2.0 are and a python3 with h5py, --old where the tools of HDF5 1.10 are, which
 * get the files of bounds that they understand. --sample takes every Nth file. Without a folder: golden/files, and the
 * conformance files beside the project where they are. A file that the reference itself cannot dump is passed over, and
 * counted. --from begins with a name, where an earlier run was ended.
 */
import {
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
import { datasetsOf } from './edit-places.ts'
import type { Contents, Result } from './reference.ts'
import { contentsDiffer, debugged, difference, dump, Python, plain, unaccounted, valuesDiffer } from './reference.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    match: { type: 'string', default: '' },
    from: { type: 'string', default: '' },
    sample: { type: 'string', default: '1' },
    bound: { type: 'string', multiple: true },
    old: { type: 'string' },
    verbose: { type: 'boolean', short: 'v' },
  },
})
const [tools, ...folders] = positionals
if (tools === undefined) throw new Error('where are the tools?')

const bounds = (values.bound ?? ['earliest', 'v108', 'v110', 'v112', 'v114', 'v200']) as LibraryVersion[]
/** Bounds whose files HDF5 1.10 reads, where nothing in them is newer. */
const OLD_BOUNDS: LibraryVersion[] = ['earliest', 'v108', 'v110']

const usual = [join(root, 'golden/files'), join(root, '../shared/conformance/files')].filter((path) => existsSync(path))
const output = mkdtempSync(join(tmpdir(), 'rewrite-'))
/** The files as they are, and with one of them written anew, which others or it itself may name. */
// Names of one length: lines are divided by their length, and some have a path.
const before = join(output, 'former')
const after = join(output, 'latter')
const python = new Python(join(tools, 'python3'))

let compared = 0
let passed = 0
let wrong = 0
const refused: string[] = []

/** A file as it is, and what is known of it. */
interface Source {
  path: string
  dumped: Result
  /** By the older release; undefined where there is none, or it cannot read the file. */
  dumpedOld: Result | undefined
  contents: Contents
}

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

function rootAddress(path: string): number {
  using file = openFile(path)
  return file.rootAddress
}

async function compare(source: Source, target: string, low: LibraryVersion, folder: string): Promise<void> {
  const { path } = source
  compared++
  const say = (what: string | undefined, who: string): void => {
    if (what === undefined) return
    wrong++
    console.log(`${basename(path)} ${low}: ${who} ${what}`)
  }
  say(dumpDiffers(source.dumped, path, target, folder), 'h5dump')
  say(valuesDiffer(folder, path, target, ...dangling(source)), 'h5diff')
  say(unaccounted(folder, path, target), 'h5stat')
  say(debugged(folder, target, rootAddress(target)), 'h5debug')
  say(contentsDiffer(source.contents, await python.contents(target)), 'h5py')
  if (values.old === undefined || source.dumpedOld === undefined || !OLD_BOUNDS.includes(low)) return
  say(dumpDiffers(source.dumpedOld, path, target, values.old), 'older h5dump')
}

function dumpDiffers(old: Result, path: string, target: string, folder: string): string | undefined {
  const now = dump(folder, target)
  if (now.status !== 0) return now.text.slice(-300)
  const texts = [old.text, now.text].map((text) => plain(text, [before, after]).replaceAll(DANGLING, 'NULL'))
  if (texts[0] === texts[1]) return undefined
  // Some things are printed from memory that nothing was written to.
  return dump(folder, path).text === old.text ? difference(texts[0], texts[1]) : undefined
}

/** How h5dump prints a reference to an object that is no more, which leads nowhere in what is written anew. */
const DANGLING = /\bUNKNOWN "[^"]*"/g

/** Tells h5diff not to look at datasets with such references. */
function dangling({ path, dumped }: Source): string[] {
  if (dumped.text.search(DANGLING) < 0) return []
  using file = openFile(path)
  return datasetsOf(file, ({ type }) => type.class === 'reference').map((each) => `--exclude-path=${each.path}`)
}

async function check(name: string, folder: string): Promise<void> {
  const path = join(before, name)
  const dumped = dump(folder, path)
  if (dumped.status !== 0) {
    passed++
    return
  }
  const dumpedOld = values.old === undefined ? undefined : dump(values.old, path)
  const contents = await python.contents(path)
  const source = { path, dumped, dumpedOld: dumpedOld?.status === 0 ? dumpedOld : undefined, contents }
  const target = join(after, name)
  rmSync(target)
  let last: Buffer | undefined
  for (const low of bounds) {
    if (!rewrite(path, target, low)) continue
    const bytes = readFileSync(target)
    // Some bounds differ in nothing that is in the file.
    if (last === undefined || !bytes.equals(last)) await compare(source, target, low, folder)
    last = bytes
    rmSync(target)
  }
  symlinkSync(realpathSync(path), target)
}

async function checkAll(folder: string, reference: string): Promise<void> {
  // What leads to other files finds them from the new place as well.
  const names = readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile())
  for (const place of [before, after]) {
    mkdirSync(place)
    for (const name of names) symlinkSync(join(folder, name), join(place, name))
  }
  const wanted = names
    .sort()
    .filter((name, i) => i % Number(values.sample) === 0 && name.includes(values.match) && name >= values.from)
  for (const [i, name] of wanted.entries()) {
    if (values.verbose === true) console.error(`${i + 1}/${wanted.length} ${name}`)
    await check(name, reference)
  }
  for (const place of [before, after]) rmSync(place, { recursive: true })
}

for (const folder of folders.length > 0 ? folders : usual) await checkAll(resolve(folder), tools)
python.close()
rmSync(output, { recursive: true, force: true })

for (const line of refused) console.log(`refused: ${line}`)
console.log(`${compared} files compared, ${wrong} differences, ${refused.length} refused, ${passed} unreadable`)
process.exitCode = wrong > 0 ? 1 : 0
