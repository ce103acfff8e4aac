import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import * as index from '@h5kit/core'
import * as node from '@h5kit/core/node'
import test from 'ava'
import type { CoderJob, CoderReply } from '../packages/core/src/filters/thread-coder.node.ts'

// What is published is built, and in another form than the sources.
const dist = new URL('../packages/core/dist/', import.meta.url)

test('the package has the files that its entries name', (t) => {
  const { exports, files } = JSON.parse(readFileSync(new URL('../package.json', dist), 'utf8'))
  t.deepEqual(Object.keys(exports), ['.', './node'])
  for (const [entry, conditions] of Object.entries<Record<string, string>>(exports)) {
    t.deepEqual(Object.keys(conditions), ['types', 'default'], entry)
    for (const file of Object.values(conditions)) {
      t.true(existsSync(new URL(`../${file}`, dist)), file)
      t.true(files.includes(file.split('/')[1]), file)
    }
  }
})

for (const [name, lib, types] of [
  ['index', ['es2023', 'dom'], []],
  ['node', ['es2023'], ['node']],
] as const) {
  test(`the types of ${name} are enough for a strict program that looks into them`, (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'h5kit-types-'))
    t.teardown(() => rmSync(folder, { recursive: true }))
    writeFileSync(
      join(folder, 'program.mts'),
      `export * from ${JSON.stringify(fileURLToPath(new URL(`${name}.js`, dist)))}\n`,
    )
    const options = {
      target: 'es2022',
      module: 'nodenext',
      strict: true,
      skipLibCheck: false,
      noEmit: true,
      lib,
      types,
    }
    const typeRoots = [fileURLToPath(new URL('../node_modules/@types', import.meta.url))]
    const config = { compilerOptions: { ...options, typeRoots }, files: ['program.mts'] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
    const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' })
    t.is(stdout, '')
    t.is(status, 0)
  })
}

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

test('the licences of the packages in the bundle go along with it', (t) => {
  const text = readFileSync(new URL('../packages/cli/dist/LICENSES.txt', import.meta.url), 'utf8')
  const dependencies = (name: string): string[] =>
    Object.keys(
      JSON.parse(readFileSync(new URL(`../packages/${name}/package.json`, import.meta.url), 'utf8')).dependencies,
    )
  for (const name of [...dependencies('cli'), ...dependencies('core')]) {
    if (!name.startsWith('@h5kit/')) t.regex(text, new RegExp(`^${name} [\\d.]+ \\(.*MIT.*\\)\\n\\n.*\\n`, 'm'))
  }
  t.true(text.split('Permission is hereby granted').length > 8)
})
