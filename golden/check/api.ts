// Makes and changes files by way of the API and has h5py, and h5dump where it is given, look at them.
//
//   node --import=tsx golden/check/api.ts [PYTHON] [H5DUMP]
//
// PYTHON (python3 where none is given) needs h5py. Status 1 where something is read otherwise than it was written.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DatasetOptions, LibraryVersion, NewDataset, SelectionInput, Value } from '../../packages/core/src/node.ts'
import { createFile, openFile, referenceType, slice } from '../../packages/core/src/node.ts'

const [python = 'python3', h5dump] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'h5kit-api-'))

/** What h5py is to find at a path of a file; see api.py. */
interface Told {
  file: string
  path: string
  names?: string[]
  shape?: number[]
  values?: unknown
  attributes?: Record<string, unknown>
  references?: string[]
  sources?: string[][]
  external?: [string, number, number][]
  scales?: string[][]
  labels?: string[]
  isScale?: boolean
  scaleName?: string
}
const told: Told[] = []

const BOUNDS: readonly LibraryVersion[] = ['earliest', 'v108', 'v110', 'v112', 'v114', 'v200']

/** What datasets have in common, new ones and such that are changed. */
interface Written {
  write(values: Value, selection?: SelectionInput): void
  resize(shape: readonly number[]): void
  append(values: Value): void
  createAttribute(name: string, value: Value): void
  modifyAttribute(name: string, value: Value): void
  deleteAttribute(name: string): void
  makeScale(name?: string): void
  setDimensionLabel(axis: number, text: string): void
}
type Scaled<D> = Written & { attachScale(axis: number, scale: D): void; detachScale(axis: number, scale: D): void }

const LAYOUTS: Record<string, Partial<DatasetOptions>> = {
  compact: { compact: true },
  contiguous: {},
  chunked: { chunks: [2, 3], maxShape: [null, null] },
  fixed: { chunks: [2, 3], maxShape: [9, 9] },
  early: { chunks: [2, 3], allocationTime: 'early' },
  row: { chunks: true, maxShape: [null, 5] },
  gzip: { chunks: [2, 3], maxShape: [null, 5], compression: 'gzip', shuffle: true },
}

/** Writes parts of the datasets of a file, whatever it was opened as. */
function parts<D extends Scaled<D>>(file: string, get: (name: string) => D): void {
  for (const [name, { maxShape }] of Object.entries(LAYOUTS)) {
    const dataset = get(name)
    dataset.write(1, [slice(0, 4, 2), 0])
    dataset.write([2, 3, 4, 5, 6], slice(2, 4))
    dataset.write([[7], [8]], [slice(1, 3), slice(3, 5)])
    const rows = [
      [1, 9, 9, 9, 9],
      [9, 9, 9, 7, 7],
      [2, 3, 4, 8, 8],
      [2, 3, 4, 5, 6],
    ]
    if (maxShape !== undefined) {
      dataset.append([1, 2, 3, 4, 5])
      dataset.resize([3, 5])
      dataset.resize([5, 5])
      rows.splice(3, 1, [9, 9, 9, 9, 9], [9, 9, 9, 9, 9])
    }
    told.push({ file, path: `/${name}`, shape: [rows.length, 5], values: rows })
  }
  get('strings').write('all')
  get('strings').write(['zwei', 'größer'], slice(1, 3))
  told.push({ file, path: '/strings', values: ['all', 'zwei', 'größer', 'all'] })
}

function attributes<D extends Scaled<D>>(file: string, get: (name: string) => D): void {
  const dataset = get('gzip')
  for (let i = 0; i < 20; i++) dataset.createAttribute(`number ${i}`, i)
  for (let i = 0; i < 20; i += 2) dataset.deleteAttribute(`number ${i}`)
  for (let i = 1; i < 20; i += 4) dataset.modifyAttribute(`number ${i}`, -i)
  const left = Array.from({ length: 10 }, (_, i) => 2 * i + 1)
  const expected = Object.fromEntries(left.map((i) => [`number ${i}`, i % 4 === 1 ? -i : i]))
  told.push({ file, path: '/gzip', attributes: expected })
}

function scales<D extends Scaled<D>>(file: string, get: (name: string) => D): void {
  get('x').makeScale('abscissa')
  get('contiguous').attachScale(0, get('x'))
  get('contiguous').attachScale(1, get('y'))
  get('contiguous').attachScale(1, get('x'))
  get('contiguous').setDimensionLabel(1, 'along')
  get('chunked').attachScale(1, get('y'))
  get('chunked').detachScale(1, get('y'))
  const none = { isScale: false, scaleName: '' }
  told.push({ file, path: '/contiguous', scales: [['/x'], ['/y', '/x']], labels: ['', 'along'], ...none })
  told.push({ file, path: '/chunked', scales: [[], []], labels: ['', ''], ...none })
  told.push({ file, path: '/x', scales: [[]], labels: [''], isScale: true, scaleName: 'abscissa' })
  told.push({ file, path: '/y', scales: [[]], labels: [''], isScale: true, scaleName: '' })
}

function begun(path: string, low: LibraryVersion) {
  const file = createFile(path, { low })
  for (const [name, options] of Object.entries(LAYOUTS)) {
    file.createDataset(name, { shape: [4, 5], type: '<i2', fillValue: 9, ...options })
  }
  file.createDataset('strings', { shape: [4], type: 'str', chunks: [3] })
  file.createDataset('x', { data: [1, 2, 3, 4] })
  file.createDataset('y', { data: [1, 2, 3, 4, 5] })
  const list = file.createDataset('list', { data: [file.reference()], type: referenceType('object'), maxShape: [null] })
  list.append([file.reference(), file.createGroup('a').reference()])
  list.write(file.requireDataset('x', { shape: [4], type: '<i8' }).reference(), 1)
  told.push({ file: path, path: '/list', references: ['/', '/x', '/a'] })
  return file
}

for (const low of BOUNDS) {
  const made = join(folder, `made-${low}.h5`)
  const file = begun(made, low)
  const get = (name: string): NewDataset => {
    const found = file.get(name)
    if (found.kind === 'dataset') return found
    throw new TypeError(`${name} is no dataset`)
  }
  for (const step of [parts, attributes, scales]) step(made, get)
  file.requireGroup('a/b')
  file.requireGroup('a/b')
  file.close()
  told.push({ file: made, path: '/a', names: ['b'] })

  const edited = join(folder, `edited-${low}.h5`)
  begun(edited, low).close()
  const changed = openFile(edited, 'r+')
  for (const step of [parts, attributes, scales]) step(edited, (name) => changed.dataset(name))
  changed.root.requireGroup('a/b')
  changed.root.requireGroup('a/b')
  changed.root.requireDataset('a/new', { shape: [300, 300], type: '<f8', chunks: true })
  changed.close()
  told.push({ file: edited, path: '/a', names: ['b', 'new'] })
}

let failed = false
const looked = spawnSync(python, [fileURLToPath(new URL('api.py', import.meta.url))], {
  input: JSON.stringify(told),
  encoding: 'utf8',
})
process.stdout.write(looked.stdout)
process.stderr.write(looked.stderr)
failed = looked.status !== 0
if (h5dump !== undefined) {
  const files = readdirSync(folder).filter((name) => name.endsWith('.h5'))
  for (const name of files) {
    const { status, stderr } = spawnSync(h5dump, ['-p', join(folder, name)], { encoding: 'utf8', maxBuffer: 1 << 28 })
    if (status === 0 && stderr === '') continue
    failed = true
    console.log(`${h5dump} ${name}: ${stderr}`)
  }
  console.log(`${h5dump}: ${files.length} files`)
}
rmSync(folder, { recursive: true })
process.exitCode = failed ? 1 : 0
