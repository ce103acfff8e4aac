#!/usr/bin/env node
// Reading compressed data, in turn with h5py and, where it is installed, h5wasm: each reader in a process of its own, the
// best of some rounds. Needs the built engine (pnpm build), /usr/bin/python3 with h5py, and a file with a chunked, shuffled
// and deflated dataset of rank 3. h5wasm is no dependency: npm install --prefix DIR h5wasm, then --h5wasm DIR.
//
//   node bench/read.mjs FILE /DATASET [--rounds N] [--h5wasm DIR] [--only TASK]
import { execFileSync } from 'node:child_process'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

const here = dirname(fileURLToPath(import.meta.url))
const TASKS = ['slabs', 'corner', 'elements']
/** Elements that are read one by one. */
const ELEMENTS = Number(process.env.ELEMENTS ?? 10_000)

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    h5wasm: { type: 'string' },
    only: { type: 'string' },
    worker: { type: 'string' },
  },
})
const [file, path = '/img'] = positionals
if (file === undefined) {
  process.stderr.write('usage: read.mjs FILE /DATASET [--rounds N] [--h5wasm DIR] [--only TASK]\n')
  process.exit(2)
}

/** Coordinates that all readers read, the same each time. */
function coordinates(shape) {
  let state = 12345
  const next = (limit) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return state % limit
  }
  return Array.from({ length: ELEMENTS }, () => shape.map(next))
}

const corner = (shape) => shape.map((size) => Math.min(64, size))

async function ours(task, mode) {
  const { openFile, slice, points } = await import(join(here, '../packages/core/dist/node.js'))
  const opened = openFile(file)
  const dataset = opened.get(path)
  const start = performance.now()
  let sum = 0
  if (task === 'slabs' && mode === 'async') for await (const slab of dataset.slabsAsync()) sum += slab.bytes[0]
  else if (task === 'slabs') for (const slab of dataset.slabs()) sum += slab.bytes[0]
  else if (task === 'corner') sum += dataset.read(corner(dataset.shape).map((stop) => slice(stop)))[0]
  else if (mode === 'points') sum += dataset.read(points(coordinates(dataset.shape)))[0]
  else for (const at of coordinates(dataset.shape)) sum += dataset.read(at)[0]
  const time = performance.now() - start
  opened.close()
  return { time, memory: process.resourceUsage().maxRSS / 1024, sum }
}

async function wasm(task) {
  const folder = resolve(values.h5wasm, 'node_modules/h5wasm/dist/node/hdf5_hl.js')
  const h5wasm = (await import(pathToFileURL(folder))).default
  await h5wasm.ready
  const opened = new h5wasm.File(resolve(file), 'r')
  const dataset = opened.get(path)
  const { shape } = dataset
  const start = performance.now()
  let sum = 0
  if (task === 'slabs') for (let i = 0; i < shape[0]; i++) sum += dataset.slice([[i, i + 1]])[0]
  else if (task === 'corner') sum += dataset.slice(corner(shape).map((stop) => [0, stop]))[0]
  else for (const at of coordinates(shape)) sum += dataset.slice(at.map((i) => [i, i + 1]))[0]
  const time = performance.now() - start
  opened.close()
  return { time, memory: process.resourceUsage().maxRSS / 1024, sum }
}

const PYTHON = `
import h5py, sys, time, json, resource
file, path, task, at = sys.argv[1:5]
at = [tuple(each) for each in json.load(sys.stdin)] if at == 'stdin' else []
d = h5py.File(file, 'r')[path]
if task == 'shape': print(json.dumps(list(d.shape))); sys.exit()
start = time.perf_counter()
if task == 'slabs':
    for i in range(d.shape[0]): d[i]
elif task == 'corner': d[tuple(slice(0, min(64, n)) for n in d.shape)]
else:
    for each in at: d[each]
print(json.dumps({'time': (time.perf_counter() - start) * 1000, 'memory': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
`

function python(task) {
  const shape = JSON.parse(execFileSync('/usr/bin/python3', ['-c', PYTHON, file, path, 'shape', '']))
  const input = JSON.stringify(coordinates(shape))
  return JSON.parse(execFileSync('/usr/bin/python3', ['-c', PYTHON, file, path, task, 'stdin'], { input }))
}

/** A reader in a process of its own. */
function apart(reader, task) {
  const options = values.h5wasm === undefined ? [] : ['--h5wasm', values.h5wasm]
  const script = [fileURLToPath(import.meta.url), file, path, '--worker', `${reader}:${task}`, ...options]
  return JSON.parse(execFileSync(process.execPath, script, { encoding: 'utf8' }))
}

if (values.worker !== undefined) {
  const [reader, task] = values.worker.split(':')
  const result = reader === 'h5wasm' ? await wasm(task) : await ours(task, reader)
  process.stdout.write(JSON.stringify(result))
} else {
  const readers = { slabs: ['sync', 'async'], corner: ['sync'], elements: ['sync', 'points'] }
  for (const task of TASKS.filter((each) => values.only === undefined || each === values.only)) {
    const runs = new Map([['h5py', () => python(task)]])
    for (const mode of readers[task]) runs.set(mode, () => apart(mode, task))
    if (values.h5wasm !== undefined) runs.set('h5wasm', () => apart('h5wasm', task))
    const best = new Map()
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const [name, run] of runs) {
        const { time, memory } = run()
        const known = best.get(name)
        best.set(name, { time: Math.min(time, known?.time ?? time), memory: Math.max(memory, known?.memory ?? 0) })
      }
    }
    const reference = best.get('h5py').time
    for (const [name, { time, memory }] of best) {
      const ratio = (time / reference).toFixed(2)
      process.stdout.write(
        `${task.padEnd(9)} ${name.padEnd(7)} ${time.toFixed(1).padStart(9)} ms ${ratio.padStart(6)} of h5py ${memory.toFixed(0).padStart(5)} MB\n`,
      )
    }
  }
}
