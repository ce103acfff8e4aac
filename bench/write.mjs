#!/usr/bin/env node
// Writing files, in turn with h5py: each writer in a process of its own, the best of some rounds, as processor time and as
// time on the clock. Needs the built engine (pnpm build) and a python3 with h5py.
//
//   node bench/write.mjs [--rounds N] [--python PATH] [--only image|small] [--raw FILE]
//
// image: 256 MB of floats from raw bytes (--raw FILE: 64x1024x1024 of them; noise and slopes where it is not given), shuffled
// and deflated at level 4. small: 100,000 datasets of ten integers in one group.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    python: { type: 'string', default: 'python3' },
    only: { type: 'string' },
    raw: { type: 'string' },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'h5kit-bench-'))
const bin = fileURLToPath(new URL('../bin/h5', import.meta.url))
const engine = new URL('../packages/core/dist/node.js', import.meta.url).href
const ours = join(folder, 'ours.h5')
const theirs = join(folder, 'theirs.h5')

function rawFile() {
  if (values.raw !== undefined) return values.raw
  const path = join(folder, 'image.raw')
  const floats = new Float32Array(64 * 1024 * 1024)
  let state = 1
  for (let i = 0; i < floats.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    floats[i] = Math.fround(Math.sin(i / 5000) * 100 + (state >>> 24) / 256)
  }
  writeFileSync(path, new Uint8Array(floats.buffer))
  return path
}

const raw = values.only === 'small' ? undefined : rawFile()

const TASKS = {
  image: {
    most: 0.6,
    ours: [
      process.execPath,
      [bin, 'create', '-f', ours, '/img', '-i', raw, '--format', 'raw', '-t', '<f4', '-s', '64x1024x1024'].concat([
        '-c',
        '1x256x1024',
        '-z',
        'gzip=4',
        '--shuffle',
      ]),
    ],
    theirs: `
import h5py, numpy
data = numpy.fromfile(${JSON.stringify(raw)}, '<f4').reshape(64, 1024, 1024)
with h5py.File(${JSON.stringify(theirs)}, 'w') as f:
    f.create_dataset('img', data=data, chunks=(1, 256, 1024), compression='gzip', compression_opts=4, shuffle=True)
`,
  },
  small: {
    most: 0.3,
    ours: [
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { createFile } from ${JSON.stringify(engine)}
const data = BigInt64Array.from({ length: 10 }, (_, i) => BigInt(i))
const file = createFile(${JSON.stringify(ours)})
for (let i = 0; i < 100000; i++) file.createDataset('d' + String(i).padStart(6, '0'), { data })
file.close()`,
      ],
    ],
    theirs: `
import h5py, numpy
data = numpy.arange(10)
with h5py.File(${JSON.stringify(theirs)}, 'w') as f:
    for i in range(100000): f.create_dataset('d%06d' % i, data=data)
`,
  },
}

try {
  for (const [name, task] of Object.entries(TASKS)) {
    if (values.only !== undefined && values.only !== name) continue
    const best = { ours: undefined, theirs: undefined }
    for (let round = 0; round < Number(values.rounds); round++) {
      keep(best, 'ours', timed(...task.ours))
      keep(best, 'theirs', timed(values.python, ['-c', task.theirs]))
    }
    const ratio = (key) => (best.ours[key] / best.theirs[key]).toFixed(2)
    const line = (who) => `${best[who].clock.toFixed(2)} s, ${best[who].processor.toFixed(2)} s of the processor`
    process.stdout.write(`${name}\n  h5kit  ${line('ours')}, ${statSync(ours).size} bytes\n`)
    process.stdout.write(`  h5py   ${line('theirs')}, ${statSync(theirs).size} bytes\n`)
    process.stdout.write(`  ratio  ${ratio('clock')} (at most ${task.most}), ${ratio('processor')} of the processor\n`)
  }
} finally {
  rmSync(folder, { recursive: true })
}

function keep(best, who, found) {
  if (best[who] === undefined || found.clock < best[who].clock) best[who] = found
}

/** Runs a command under the shell's time. */
function timed(command, argv) {
  const { status, stderr } = spawnSync('bash', ['-c', 'TIMEFORMAT="%R %U %S"; time "$0" "$@"', command, ...argv], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`)
  const [clock, user, system] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number)
  return { clock, processor: user + system }
}
