#!/usr/bin/env node
// Changing, copying and repacking files that are there: processor time, time on the clock and memory, the best of some
// rounds. Needs the built commands (pnpm build), and a python3 with h5py that makes the files.
//
//   node bench/edit.mjs [--rounds N] [--python PATH] [--only NAME] [--reference FOLDER]
//
// link to dense, link to table: one link into a group of 100,000. attribute: of a dataset in a file of 4 GB, most of it a
// hole, besides a bare start of Node. repack many, copy many: 80,000 small objects; with --reference also by that folder's
// h5repack and h5copy.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    python: { type: 'string', default: 'python3' },
    only: { type: 'string' },
    reference: { type: 'string' },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'h5kit-bench-'))
const bin = fileURLToPath(new URL('../bin/', import.meta.url))
const node = (tool, ...args) => [process.execPath, join(bin, tool), ...args]
const at = (name) => join(folder, name)
const target = at('target.h5')

const COPY = ['-i', at('many.h5'), '-o', target, '-s', '/', '-d', '/all']

const TASKS = {
  'link to dense': { from: 'dense.h5', ours: node('h5', 'ln', target, '/d', '/g/new') },
  'link to table': { from: 'table.h5', ours: node('h5', 'ln', target, '/d', '/g/new') },
  // A copy of a hole would be no hole: attributes are set in the file itself.
  attribute: {
    ours: node('h5', 'attr', 'set', at('sparse.h5'), '/x', 'b', '5'),
    theirs: [process.execPath, '-e', '0'],
  },
  'repack many': {
    ours: node('h5repack', at('many.h5'), target),
    theirs: values.reference && [join(values.reference, 'h5repack'), at('many.h5'), target],
  },
  'copy many': {
    ours: node('h5copy', ...COPY),
    theirs: values.reference && [join(values.reference, 'h5copy'), ...COPY],
  },
}

const FILES = `
import h5py, numpy, os
os.chdir(${JSON.stringify(folder)})
for name, version in (('dense.h5', 'latest'), ('table.h5', 'earliest')):
    with h5py.File(name, 'w', libver=version) as f:
        g = f.create_group('g'); f['d'] = 1.0
        for i in range(100000): g['link%06d' % i] = f['d']
with h5py.File('sparse.h5', 'w') as f:
    d = f.create_dataset('big', shape=(1 << 29,), dtype='f8'); d[-1] = 1
    f['x'] = numpy.arange(10)
with h5py.File('many.h5', 'w') as f:
    for i in range(20000):
        g = f.create_group('%d' % i); g.attrs['mass'] = numpy.float32(i)
        for name in ('first', 'second', 'third'):
            g.create_dataset(name, data=numpy.arange(16, dtype='f4')).attrs['dt'] = numpy.float32(2e-8)
`

/** One run: /usr/bin/time tells of it on the last line. */
function measured(command, from) {
  rmSync(target, { force: true })
  if (from !== undefined) cpSync(at(from), target)
  const run = spawnSync('/usr/bin/time', ['-f', '%e %U %S %M', ...command], { encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`${command.join(' ')}: ${run.stderr}`)
  const [wall, user, system, kilobytes] = run.stderr.trim().split('\n').pop().split(' ').map(Number)
  return { wall, processor: user + system, megabytes: kilobytes / 1024 }
}

function best(runs) {
  const least = (name) => Math.min(...runs.map((run) => run[name]))
  return { wall: least('wall'), processor: least('processor'), megabytes: least('megabytes') }
}

function told(who, { wall, processor, megabytes }) {
  console.log(`  ${who}  ${wall.toFixed(2)} s, ${processor.toFixed(2)} s of the processor, ${megabytes.toFixed(0)} MB`)
}

try {
  const made = spawnSync(values.python, ['-c', FILES], { stdio: ['ignore', 'ignore', 'inherit'] })
  if (made.status !== 0) throw new Error('the files could not be made')
  for (const [name, { from, ours, theirs }] of Object.entries(TASKS)) {
    if (values.only !== undefined && values.only !== name) continue
    const runs = { ours: [], theirs: [] }
    for (let round = 0; round < Number(values.rounds); round++) {
      runs.ours.push(measured(ours, from))
      if (theirs) runs.theirs.push(measured(theirs, from))
    }
    console.log(name)
    told('h5kit', best(runs.ours))
    if (theirs) told(name === 'attribute' ? 'node ' : 'HDF5 ', best(runs.theirs))
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
