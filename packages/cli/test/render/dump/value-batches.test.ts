import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Datatype } from '@h5kit/core'
import test from 'ava'
import { Output } from '../../../src/output.ts'
import { Batches, batchMemory } from '../../../src/render/dump/value-batches.ts'
import type { Run, ValuePlan } from '../../../src/render/dump/value-sink.ts'
import { valueSink } from '../../../src/render/dump/value-sink.ts'
import { ValueThread } from '../../../src/render/dump/value-thread.ts'
import { dumpFormat } from '../../../src/render/value-format.ts'

const SIZE = 4

function run(first: number, count: number): Run {
  const bytes = new Uint8Array(count * SIZE)
  new Int32Array(bytes.buffer).forEach((_, i, numbers) => {
    numbers[i] = first + i
  })
  return { first, count, bytes, begins: true, reads: true, last: true }
}

function described({ first, count, bytes, begins, reads, last }: Run): unknown {
  return { first, count, bytes: Buffer.from(bytes).toString('hex'), begins, reads, last }
}

test('batches arrive as they were sent, in order', (t) => {
  const memory = batchMemory()
  const from = new Batches(memory, SIZE)
  const to = new Batches(memory, SIZE)
  const runs = [run(0, 10), run(10, 1), run(11, 1000)]
  t.is(from.put(runs[0], 0), 10)
  from.send(false)
  t.is(from.put(runs[1], 0), 1)
  t.is(from.put(runs[2], 0), 1000)
  from.send(true)
  const arrived: unknown[] = []
  for (const batch of to.received(false)) arrived.push(...batch.map(described))
  t.deepEqual(arrived, runs.map(described))
})

test('a run that is too long for a batch is parted: what begins with it and ends it stays so', (t) => {
  const memory = batchMemory()
  const from = new Batches(memory, SIZE)
  const to = new Batches(memory, SIZE)
  const whole = run(0, 300_000)
  const first = from.put(whole, 0)
  t.true(first > 0 && first < 300_000)
  t.is(from.put(whole, first), 0)
  from.send(false)
  t.is(from.put(whole, first), 300_000 - first)
  from.send(true)
  const parts = [...to.received(false)].flat().map(({ first, count, begins, reads, last }) => {
    return { first, count, begins, reads, last }
  })
  t.deepEqual(parts, [
    { first: 0, count: first, begins: true, reads: true, last: false },
    { first, count: 300_000 - first, begins: false, reads: false, last: true },
  ])
})

test('only one side prints', (t) => {
  const memory = batchMemory()
  t.true(new Batches(memory, SIZE).claim('thread'))
  t.false(new Batches(memory, SIZE).claim('starter'))
  t.true(new Batches(memory, SIZE).claim('thread'))
})

test('why the other side gave up is told', (t) => {
  const memory = batchMemory()
  const from = new Batches(memory, SIZE)
  t.is(from.failure(), undefined)
  new Batches(memory, SIZE).finish('output', Buffer.from('cannot write'))
  t.is(from.failure()?.kind, 'output')
  t.is(Buffer.from(from.failure()?.message ?? []).toString(), 'cannot write')
  t.true(from.waitForEnd(0))
})

const integers: Datatype = {
  class: 'fixed-point',
  size: SIZE,
  version: 1,
  order: 'LE',
  signed: true,
  lowPad: 0,
  highPad: 0,
  bitOffset: 0,
  precision: 32,
}
const options = { escapes: false, characters: false, float: undefined, longFloat: undefined, bits: undefined }
const plan: ValuePlan = {
  type: integers,
  format: dumpFormat(options, 3),
  lines: {
    margin: '   ',
    continuation: '   ',
    indices: [500_000],
    separator: ',',
    end: '',
    gap: ' ',
    columns: 80,
    perLine: 0,
    row: 500_000,
    keepTogether: false,
    marginColumns: 6,
    started: true,
  },
}

test('where a thread does not start, everything is printed here', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'values-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const texts = ['here', 'thread'].map((name) => {
    const fd = openSync(join(folder, name), 'w')
    const output = new Output(fd)
    const missing = pathToFileURL(join(folder, 'no-module.js'))
    const sink = name === 'here' ? valueSink(plan, undefined, output) : new ValueThread(plan, output, missing, 50)
    for (let first = 0; first < 500_000; first += 100_000) {
      sink.add({ ...run(first, 100_000), begins: false, reads: first === 0, last: first === 400_000 })
    }
    sink.end()
    output.flush()
    closeSync(fd)
    return readFileSync(join(folder, name), 'latin1')
  })
  t.true(texts[0].endsWith(' 499999'))
  t.true(texts[0] === texts[1])
})
