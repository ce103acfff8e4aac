import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createFile } from '@h5kit/core/node'
import test from 'ava'
import { run } from '../../src/main.ts'
import { Output } from '../../src/output.ts'

// What is left of a file that was to be written when its process ends, is stopped, or has no room.

function repack(from: string, to: string): Promise<number> {
  return run('h5', ['repack', from, to], new Output(1), () => {})
}

const SCRIPT = `
import { run } from ${JSON.stringify(new URL('../../src/main.ts', import.meta.url).href)}
import { Output } from ${JSON.stringify(new URL('../../src/output.ts', import.meta.url).href)}
process.exitCode = await run('h5repack', process.argv.slice(1), new Output(1), (text) => console.error(text))
`

/** A file that takes a while to compress, and a command that does so. */
function longWork(): { at: string; from: string; to: string; command: string[] } {
  const at = mkdtempSync(join(tmpdir(), 'repack-'))
  const [from, to] = [join(at, 'from.h5'), join(at, 'to.h5')]
  using file = createFile(from)
  const data = Float64Array.from({ length: 50_000 }, Math.random)
  for (let i = 0; i < 30; i++) file.createDataset(`d${i}`, { data })
  file.close()
  const options = ['--jobs', '1', '-f', 'GZIP=9', '-l', 'CHUNK=5000']
  return { at, from, to, command: ['--import=tsx', '--input-type=module', '-e', SCRIPT, '--', ...options, from, to] }
}

const temporary = (at: string): string[] => readdirSync(at).filter((name) => name.endsWith('.tmp'))

test('a disk without room leaves the source and no part of a new file', (t) => {
  const { at, from, command } = longWork()
  const source = readFileSync(from)
  const quoted = [process.execPath, ...command].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  for (const limit of ['ulimit -f 2000', 'ulimit -f 64']) {
    const { status, stderr } = spawnSync('sh', ['-c', `${limit}; exec ${quoted}`], { encoding: 'utf8' })
    t.is(status, 1, limit)
    t.regex(stderr, /^cannot repack \S+: cannot write \S+to\.h5 \(EFBIG\)\n$/, limit)
    t.deepEqual(readdirSync(at), ['from.h5'], limit)
  }
  t.true(readFileSync(from).equals(source))
})

test('an end by a signal leaves the source, and nothing of a new file for longer than until the next time', async (t) => {
  const { at, from, to, command } = longWork()
  const source = readFileSync(from)
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGKILL'] as const) {
    const child = spawn(process.execPath, command, { stdio: 'ignore' })
    const ended = once(child, 'exit')
    while (temporary(at).length === 0 && child.exitCode === null) await setTimeout(5)
    child.kill(signal)
    t.deepEqual(await ended, [null, signal])
    t.deepEqual(readdirSync(at).length, signal === 'SIGKILL' ? 2 : 1, signal)
    t.false(existsSync(to))
  }
  t.is(await repack(from, to), 0)
  t.deepEqual(readdirSync(at), ['from.h5', 'to.h5'])
  t.true(readFileSync(from).equals(source))
})

test('what another process is about to write stays', async (t) => {
  const { at, from, to, command } = longWork()
  const child = spawn(process.execPath, command, { stdio: 'ignore' })
  const ended = once(child, 'exit')
  while (temporary(at).length === 0 && child.exitCode === null) await setTimeout(5)
  const [theirs] = temporary(at)
  child.kill('SIGSTOP')
  t.is(await repack(from, to), 0)
  t.deepEqual(temporary(at), [theirs])
  child.kill('SIGKILL')
  await ended
})
