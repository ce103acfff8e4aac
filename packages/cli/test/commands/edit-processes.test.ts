import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createFile, openFile } from '@h5kit/core/node'
import test from 'ava'

const scratch = mkdtempSync(join(tmpdir(), 'edit-processes-'))
test.after.always(() => rmSync(scratch, { recursive: true }))

const h5 = fileURLToPath(new URL('../../../../bin/h5', import.meta.url))

function made(name: string, elements = 1000): string {
  const path = join(scratch, name)
  using file = createFile(path)
  file.createDataset('data', { data: new Float64Array(elements), maxShape: [null], chunks: [500] })
  file.close()
  return path
}

function run(...argv: string[]): { status: number | null; lines: string[] } {
  const { status, stderr } = spawnSync(process.execPath, [h5, ...argv], { encoding: 'utf8' })
  return { status, lines: stderr.split('\n').filter((line) => line !== '') }
}

test.serial('a process that is killed leaves the old file or the new one', async (t) => {
  const path = made('killed.h5', 400_000)
  const values = join(scratch, 'values.npy')
  const head = "{'descr': '<f8', 'fortran_order': False, 'shape': (400000,), }".padEnd(117)
  const header = Buffer.concat([Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1'), Buffer.from(`${head}\n`)])
  writeFileSync(values, Buffer.concat([header, Buffer.from(new Float64Array(400_000).fill(1).buffer)]))
  const old = readFileSync(path)
  const whole = join(scratch, 'whole.h5')
  copyFileSync(path, whole)
  const begun = performance.now()
  t.is(run('set', '-i', values, `${whole}/data`).status, 0)
  const usual = performance.now() - begun
  const fresh = readFileSync(whole)
  const found = { old: 0, new: 0 }
  for (let delay = usual * 0.4; delay <= usual * 1.2; delay += usual * 0.1) {
    writeFileSync(path, old)
    const child = spawn(process.execPath, [h5, 'set', '-i', values, `${path}/data`], { stdio: 'ignore' })
    const ended = new Promise((settle) => child.on('exit', settle))
    await new Promise((settle) => setTimeout(settle, delay))
    child.kill('SIGKILL')
    await ended
    // Whatever is done next to the file finds the journal first.
    if (existsSync(`${path}.journal`)) {
      const reader = run('ls', path)
      if (reader.lines.length > 0) t.regex(reader.lines.join(), /half changed/)
    }
    t.is(run('attr', 'rename', path, 'none', 'some').status, 1)
    const bytes = readFileSync(path)
    const outcome = bytes.equals(old) ? 'old' : bytes.equals(fresh) ? 'new' : undefined
    t.truthy(outcome, `after ${delay} of ${usual} ms`)
    if (outcome !== undefined) found[outcome]++
    t.deepEqual(
      readdirSync(scratch).filter((name) => /killed\.h5\./.test(name)),
      [],
    )
  }
  t.log(JSON.stringify(found))
})

test.serial('two writers at once: each change is there, or was refused with a line', async (t) => {
  const path = made('two.h5')
  const attempts = Array.from({ length: 8 }, (_, i) => {
    const child = spawn(process.execPath, [h5, 'attr', 'set', path, `name${i}`, String(i)])
    let said = ''
    child.stderr.on('data', (text) => {
      said += text
    })
    return new Promise<{ i: number; status: number | null; said: string }>((settle) =>
      child.on('close', (status) => settle({ i, status, said })),
    )
  })
  const results = await Promise.all(attempts)
  using file = openFile(path)
  for (const { i, status, said } of results) {
    t.is(file.root.hasAttribute(`name${i}`), status === 0)
    if (status !== 0) t.regex(said, /^h5: .* is being changed by process \d+ on .*\n$/)
  }
  t.true(results.some(({ status }) => status === 0))
})

test.serial('a lock that a dead process left is taken over', (t) => {
  const path = made('stale.h5')
  writeFileSync(
    `${path}.lock`,
    `{"pid":999999999,"host":"${execFileSync('hostname', { encoding: 'utf8' }).trim()}","began":"1"}\n`,
  )
  t.deepEqual(run('attr', 'set', path, 'a', '1'), { status: 0, lines: [] })
  writeFileSync(`${path}.lock`, 'something else')
  const refused = run('attr', 'set', path, 'b', '1')
  t.deepEqual([refused.status, refused.lines.length], [1, 1])
})

test.serial('a file that may not be written, and a full disk, get one line', (t) => {
  const path = made('limits.h5', 200_000)
  const before = readFileSync(path)
  const full = spawnSync(
    'sh',
    ['-c', `ulimit -f 100; exec "${process.execPath}" "${h5}" set "${path}/data" 5; exit 9`],
    { encoding: 'utf8' },
  )
  t.is(full.status, 1)
  t.is(full.stderr.trim().split('\n').length, 1, full.stderr)
  t.true(readFileSync(path).equals(before))
  t.false(existsSync(`${path}.lock`))
  if (process.getuid?.() === 0) {
    t.log('root may write everything: the read-only file is not tried')
    return
  }
  chmodSync(path, 0o444)
  const readOnly = run('attr', 'set', path, 'a', '1')
  t.deepEqual([readOnly.status, readOnly.lines.length], [1, 1])
  t.true(readFileSync(path).equals(before))
})
