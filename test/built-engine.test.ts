import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import * as index from '@h5kit/core'
import * as node from '@h5kit/core/node'
import test from 'ava'
import type { CoderJob, CoderReply } from '../packages/core/src/filters/thread-coder.node.ts'

// What is published is built, and in another form than the sources.
const dist = new URL('../packages/core/dist/', import.meta.url)

test('the engine that is built has what its sources export', async (t) => {
  for (const [name, source] of Object.entries({ index, node })) {
    const built: object = await import(new URL(`${name}.js`, dist).href)
    t.deepEqual(Object.keys(built).sort(), Object.keys(source).sort(), name)
    t.true(existsSync(new URL(`${name}.d.ts`, dist)), name)
  }
})

test('its threads stand where they are looked for, and work', async (t) => {
  const files = readdirSync(fileURLToPath(dist), { recursive: true, encoding: 'utf8' })
  // Whatever part starts them has them beside it.
  for (const file of files.filter((each) => each.endsWith('.js'))) t.false(/[\\/]/.test(file), file)
  const worker = new Worker(new URL('coder-worker.node.js', dist))
  t.teardown(() => worker.terminate())
  const length = 10_000
  const job: CoderJob = {
    decode: undefined,
    mask: 0,
    encode: [{ id: 1, name: '', optional: false, parameters: [6] }],
    excluded: 0,
    input: new ArrayBuffer(length),
    length,
    limit: length + 1024,
    output: new ArrayBuffer(length + 1024),
  }
  worker.postMessage(job)
  const [reply]: CoderReply[] = await once(worker, 'message')
  t.is(reply.error, undefined)
  t.true(reply.length > 0 && reply.length < 100)
})
