/**
 * Edits copies of files in place, each edit on its own, and has the C library look at each: h5py and h5dump read the
 * same of what was not touched, h5diff finds no difference there, h5stat, h5debug and our own check find no damage. Then
 * the edit is undone, where it can be, and everything has to be as it was.
 *
 *     node --import=tsx golden/check/edit.ts PREFIX/bin [--match TEXT] [--edit TEXT] [--from NAME] [--without TEXT]...
 *         [--sample N] [--offset I] [--seed N] [--old DIR] [FOLDER]...
 *
 * PREFIX/bin is where the tools of HDF5 2.2.0 are and a python3 with h5py, --old where the tools of HDF5 1.10 are: they
 * have to read what they could read before. --sample makes every Nth pair of a file and an edit, the first of which
 * --offset tells, --seed chooses other objects to be edited, --from begins with a name, --without leaves out files.
 * Without a folder: golden/files, and the conformance files beside the project where they are.
 */
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { File } from '../../packages/core/src/api/file.ts'
import { Hdf5Error } from '../../packages/core/src/errors.ts'
import { checkFile, editFile, openFile } from '../../packages/core/src/node.ts'
import type { Choose, Edit, Step } from './edits.ts'
import { EDITS } from './edits.ts'
import type { Contents, Dump } from './reference.ts'
import {
  contentsDiffer,
  debugged,
  difference,
  dump,
  isSteady,
  miscounted,
  Python,
  plain,
  UNTOLD,
  valuesDiffer,
} from './reference.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    match: { type: 'string', default: '' },
    edit: { type: 'string', default: '' },
    from: { type: 'string', default: '' },
    without: { type: 'string', multiple: true, default: [] },
    sample: { type: 'string', default: '1' },
    offset: { type: 'string', default: '0' },
    seed: { type: 'string', default: '0' },
    old: { type: 'string' },
    verbose: { type: 'boolean', short: 'v' },
  },
})
const [tools, ...folders] = positionals
if (tools === undefined) throw new Error('where are the tools?')

const usual = [join(root, 'golden/files'), join(root, '../shared/conformance/files')].filter((path) => existsSync(path))
const python = new Python(join(tools, 'python3'))

let edited = 0
let passed = 0
let wrong = 0
const refused: string[] = []

/** A file as it is, and what is known of it. */
interface Source {
  name: string
  path: string
  /** Where it is edited. */
  target: string
  /** Whether its values are dumped. */
  steady: boolean
  dumped: Dump
  /** By the older release; undefined where there is none, or it cannot read the file. */
  dumpedOld: Dump | undefined
  contents: Contents
  miscounted: number | string
  /** What our own check finds in it already. */
  findings: ReadonlySet<string>
}

function chooser(...seeds: string[]): Choose {
  let state = 2166136261
  for (const character of seeds.join()) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 16777619)
  return (from) => {
    state = Math.imul(state ^ (state >>> 13), 1540483477)
    return from[(state >>> 8) % from.length]
  }
}

/** Makes a change; whether that was not refused. */
function change(path: string, step: (file: File) => void, what: string): boolean {
  try {
    using file = editFile(path, { now: 1_700_000_000 })
    step(file)
    file.editor.commit()
    return true
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    refused.push(`${what}: ${error.message}`)
    return false
  }
}

function findingsOf(path: string): Set<string> {
  const { findings } = checkFile(path)
  return new Set(
    findings.filter(({ severity }) => severity !== 'note').map(({ severity, code }) => `${severity} ${code}`),
  )
}

/** Whether the lines of one text are among those of another, in their order. */
function isPartOf(part: string, whole: string): boolean {
  const lines = whole.split('\n')
  let at = 0
  for (const line of part.split('\n')) {
    while (at < lines.length && lines[at] !== line) at++
    if (at++ >= lines.length) return false
  }
  return true
}

/** Whether a place is one that a step changes, or tells of one. */
function isAffected({ affected, effect }: Step, before: Contents): (place: string) => boolean {
  const paths = affected.filter((path) => !path.includes(' @') && !/ (values|space|link count)$/.test(path))
  const others = [...before].filter(([, what]) => paths.some((path) => isSameAs(what, path)))
  const all = [...paths, ...others.map(([place]) => place)]
  const told = all.map((path) => JSON.stringify(path).slice(1, -1))
  return (place) => {
    if (affected.some((each) => place === each)) return true
    if (all.some((path) => place === path || isOf(place, path))) return true
    if (place.endsWith('/ links') || place.endsWith(' attributes')) return affected.length > 0
    // Who else led there is seen by our own check.
    if (place.endsWith(' link count')) return effect !== 'nothing'
    // Told by a checksum only: names of the objects that lead to this one.
    if (place.endsWith(' @REFERENCE_LIST')) return effect === 'removes' || effect === 'changes'
    const what = before.get(place)
    return what !== undefined && told.some((path) => what.includes(path) || what.includes(`'${path.slice(1)}`))
  }
}

/** Whether a place tells of what is at a path, or of what is in it. Names may go on with a blank, too. */
function isOf(place: string, path: string): boolean {
  return place.startsWith(path) && OF_OBJECT.test(place.slice(path.length))
}

const OF_OBJECT = /^(\/| (@.*|attributes|creation|kind|link count|space|type|values)$)/s

/** Whether an object is known by a path, or one that goes on from there. */
function isSameAs(what: string, path: string): boolean {
  const start = JSON.stringify(`same as ${path}`).slice(0, -1)
  return what.startsWith(start) && /^["/]/.test(what.slice(start.length))
}

/** What reads otherwise in a copy than in what it is of, but for what names objects. */
function copyDiffers({ copy }: Step, before: Contents, now: Contents): string | undefined {
  if (copy === undefined) return undefined
  for (const [place, what] of before) {
    if (!isOf(place, copy.from)) continue
    if (/same as|unreadable|elsewhere|reference|'\//.test(what) || place.endsWith(' link count')) continue
    const copied = now.get(copy.to + place.slice(copy.from.length))
    if (copied !== what) return `copy of ${place}: ${what} | ${copied}`
  }
  return undefined
}

async function check(source: Source, edit: Edit): Promise<void> {
  const { name, path, target } = source
  const choose = chooser(name, edit.name, values.seed)
  const step = planned(path, edit, choose)
  if (step === undefined) return
  const what = `${name}, ${edit.name} (${step.affected.join(', ').slice(0, 80)})`
  const say = (found: string | undefined, who: string): void => {
    if (found === undefined) return
    wrong++
    console.log(`${what}: ${who} ${found}`)
  }
  rmSync(target, { force: true })
  copyFileSync(path, target)
  edited++
  if (change(target, step.change, what)) {
    await look(source, step, say)
    if (step.undo !== undefined && change(target, step.undo, `${what}, undone`)) {
      await look(source, { ...UNDONE, stores: step.stores }, (found, who) => say(found, `undone, ${who}`))
    }
  } else if (!same(path, target)) say('but changed the file', 'refused,')
  rmSync(target)
}

const UNDONE: Step = { change: () => undefined, affected: [], effect: 'nothing' }

function planned(path: string, edit: Edit, choose: Choose): Step | undefined {
  try {
    using file = openFile(path)
    return edit.plan(file, choose)
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    return undefined
  }
}

function same(path: string, target: string): boolean {
  return readFileSync(path).equals(readFileSync(target))
}

async function look(source: Source, step: Step, say: (found: string | undefined, who: string) => void): Promise<void> {
  const { path, target, steady, dumped, dumpedOld, contents } = source
  const now = await python.contents(target)
  say(contentsDiffer(contents, now, isAffected(step, contents)), 'h5py')
  say(copyDiffers(step, contents, now), 'h5py')
  say(dumpDiffers(dumped, dump(tools, target, steady), step, source), 'h5dump')
  if (values.old !== undefined && dumpedOld !== undefined) {
    say(dumpDiffers(dumpedOld, dump(values.old, target, steady), step, source), 'older h5dump')
  }
  // Where several links lead to a group there are endless paths to what was changed.
  const isTree = ![...contents.values()].some((what) => what.startsWith('"same as'))
  // References are compared by what they lead to, which may be what was changed, or be gone.
  const follows = /H5T_REFERENCE/.test(dumped.text) && (step.effect === 'removes' || step.effect === 'changes')
  const isEmpty = now.get('/ links') === '0'
  // Names that are no text cannot be left out, as no command line has them.
  const isNamed = step.affected.every((each) => !/\p{Surrogate}/u.test(each))
  if (step.affected.length === 0 || (isTree && isNamed && !follows && !isEmpty)) {
    say(valuesDiffer(tools, path, target, ...leftOut(step, contents, now)), 'h5diff')
  }
  const miscounts = miscounted(tools, target)
  if (source.miscounted !== UNTOLD && miscounts !== source.miscounted)
    say(`${miscounts} bytes miscounted, not ${source.miscounted}`, 'h5stat')
  say(debugged(tools, target, rootAddress(target)), 'h5debug')
  // Groups that hold links to one another stay when the last path to them goes, and count for what they lead to.
  const expected = [
    ...(step.effect === 'removes' && !isTree ? ['error object-header.reference-count'] : []),
    ...(step.effect === 'removes' && follows ? ['warning reference.target'] : []),
  ]
  const found = [...findingsOf(target)].filter((each) => !source.findings.has(each) && !expected.includes(each))
  if (found.length > 0) say(found.join(', '), 'h5 check')
}

/** Tells h5diff what not to look at. */
function leftOut(step: Step, before: Contents, now: Contents): string[] {
  const options = step.affected.map((each) =>
    each.includes(' @')
      ? `--exclude-attribute=${each.slice(0, each.indexOf(' @')) || '/'}`
      : `--exclude-path=${each.replace(/ (values|space|link count)$/, '')}`,
  )
  const affected = isAffected(step, before)
  for (const [place, what] of before) {
    const path = place.replace(/ (@.*|attributes|kind|creation|space|type|values)$/, '')
    const told = !/( link count|\/ links| attributes)$/.test(place) && path !== ''
    if (told && affected(place) && what !== now.get(place)) options.push(`--exclude-path=${path}`)
  }
  return [...new Set(options)]
}

function rootAddress(path: string): number {
  using file = openFile(path)
  return file.rootAddress
}

function dumpDiffers(old: Dump, now: Dump, { effect, stores }: Step, { target, contents }: Source): string | undefined {
  if (now.status !== 0) {
    // That h5dump finds the types of datasets that no link leads to, and those of attributes not, is not the edit's fault.
    return effect === 'removes' && now.text.includes('unknown committed type') ? undefined : now.text.slice(-300)
  }
  if (now.withValues !== old.withValues) return 'came to the end of the values only once'
  const [before, after] = [old.text, now.text]
    .map((text) => plain(text, [target]))
    .map((text) => (stores === true ? text.replace(/^ *SIZE \d+.*$/gm, '') : text))
  if (before === after) return undefined
  if (effect === 'nothing') return difference(before, after)
  if (effect === 'adds' && !isPartOf(before, after)) return `lacks a line: ${difference(before, after)}`
  // References to what is gone are printed otherwise, and what has another path is told of there.
  const follows = /H5T_REFERENCE/.test(before)
  const inFile = [...contents.values()].some((what) => what.startsWith('"same as'))
  // A type that no link leads to any more is told of at the end.
  const unnamed = /DATATYPE "#"/
  const again =
    inFile || (unnamed.test(after) && !unnamed.test(before)) || (before.match(/EXTERNAL_LINK/g) ?? []).length > 1
  if (effect === 'removes' && !follows && !again && !isPartOf(after, before))
    return `has another line: ${difference(before, after)}`
  return undefined
}

/** Characters of a dump that is made of each edited file; of more, values are left to h5py and h5diff. */
const LONGEST_DUMP = 1 << 24

async function checkAll(folder: string, reference: string): Promise<void> {
  // What leads to other files finds them from the place of the edited one as well.
  const names = readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile())
  const output = mkdtempSync(join(tmpdir(), 'edit-'))
  for (const name of names) symlinkSync(join(folder, name), join(output, name))
  let turn = 0
  for (const name of names.sort()) {
    if (!name.includes(values.match) || name < values.from) continue
    if (values.without.some((each) => name.includes(each))) continue
    const wanted = EDITS.filter((each) => each.name.includes(values.edit)).filter(
      () => turn++ % Number(values.sample) === Number(values.offset),
    )
    if (wanted.length === 0) continue
    const path = join(folder, name)
    // Lines are broken by their length, so the file is looked at under the name that it is edited by.
    const target = join(output, name)
    const all = dump(reference, target)
    const steady = all.withValues && all.text.length <= LONGEST_DUMP && isSteady(reference, target, all)
    const dumped = steady ? all : dump(reference, target, false)
    if (dumped.status !== 0) {
      passed++
      continue
    }
    if (values.verbose === true) console.error(name)
    const dumpedOld = values.old === undefined ? undefined : dump(values.old, target, steady)
    const source: Source = {
      name,
      path,
      target,
      steady,
      dumped,
      dumpedOld: dumpedOld?.status === 0 ? dumpedOld : undefined,
      contents: await python.contents(path),
      miscounted: miscounted(tools, path),
      findings: findingsOf(path),
    }
    for (const edit of wanted) await check(source, edit)
    rmSync(target, { force: true })
    symlinkSync(path, target)
  }
  rmSync(output, { recursive: true })
}

for (const folder of folders.length > 0 ? folders : usual) await checkAll(resolve(folder), tools)
python.close()

for (const line of refused) console.log(`refused: ${line}`)
console.log(`${edited} edits, ${wrong} differences, ${refused.length} refused, ${passed} files unreadable`)
process.exitCode = wrong > 0 ? 1 : 0
