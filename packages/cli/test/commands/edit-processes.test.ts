import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
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

/** Gives way until something is so, which is looked at as often as can be; whether it came to that. */
async function until(is: () => boolean, milliseconds: number): Promise<boolean> {
  for (const end = performance.now() + milliseconds; performance.now() < end; ) {
    if (is()) return true
    await new Promise((settle) => setImmediate(settle))
  }
  return false
}

/** A process of the tool, and its end. */
function begin(...argv: string[]) {
  const child = spawn(process.execPath, [h5, ...argv], { stdio: 'ignore' })
  const state = { ended: false }
  const end = new Promise<void>((settle) =>
    child.on('exit', () => {
      state.ended = true
      settle()
    }),
  )
  return { child, state, end }
}

/** Of a minute, in milliseconds: more than anything here takes. */
const LONG = 60_000
const KILLS = 16

/** Names beside a file that are made of its name. */
function beside(name: string): string[] {
  return readdirSync(scratch).filter((each) => each.startsWith(`${name}.`))
}

/** Files that are being made under another name. */
function hidden(name: string): string[] {
  return readdirSync(scratch).filter((each) => each !== name && each.includes(name) && each.endsWith('.tmp'))
}

test.serial('a process that is killed while it writes leaves the old file or the new one', async (t) => {
  const path = made('killed.h5', 2_000_000)
  const journal = `${path}.journal`
  const old = readFileSync(path)
  const edit = ['set', `${path}/data`, '5']
  // The journal is there from the first byte that is written to the last.
  const whole = begin(...edit)
  t.true(await until(() => existsSync(journal), LONG))
  const begun = performance.now()
  await whole.end
  const usual = performance.now() - begun
  const fresh = readFileSync(path)
  t.false(fresh.equals(old))
  const found = { halfWritten: 0, old: 0, new: 0 }
  const changedAt = () => statSync(path).mtimeMs
  for (let kill = 0; kill < KILLS; kill++) {
    writeFileSync(path, old)
    const before = changedAt()
    const { child, state, end } = begin(...edit)
    t.true(await until(() => existsSync(journal) || state.ended, LONG))
    // Every other time bytes of the file itself have been changed.
    if (kill % 2 === 1) await until(() => changedAt() !== before || state.ended, LONG)
    const delay = (usual * kill * (kill % 2 === 1 ? 0.1 : 1)) / KILLS
    await until(() => state.ended, delay)
    child.kill('SIGKILL')
    await end
    const hot = existsSync(journal)
    if (hot && !readFileSync(path).equals(old)) found.halfWritten++
    // Readers name what they find, or read what is there already; whatever writes next puts the file right.
    if (hot) for (const line of run('ls', path).lines) t.regex(line, /half changed/)
    t.is(run('attr', 'rename', path, 'none', 'some').status, 1)
    const bytes = readFileSync(path)
    const outcome = bytes.equals(old) ? 'old' : bytes.equals(fresh) ? 'new' : undefined
    t.truthy(outcome, `killed after ${delay} of ${usual} ms`)
    if (outcome !== undefined) found[outcome]++
    t.deepEqual(beside('killed.h5'), [])
  }
  t.true(found.old > 0 && found.halfWritten > 0, JSON.stringify(found))
  t.log(`${JSON.stringify(found)} in ${Math.round(usual)} ms of writing`)
})

test.serial('a process that is killed while it makes a file leaves none, or the one that was there', async (t) => {
  const source = made('source.h5', 2_000_000)
  const before = readFileSync(made('replaced.h5', 10))
  const target = join(scratch, 'replaced.h5')
  const command = ['repack', '-f', 'GZIP=6', source, target]
  const whole = begin(...command)
  t.true(await until(() => hidden('replaced.h5').length > 0, LONG))
  const begun = performance.now()
  await whole.end
  const usual = performance.now() - begun
  const fresh = readFileSync(target)
  t.false(fresh.equals(before))
  let interrupted = 0
  for (let kill = 0; kill < 6; kill++) {
    writeFileSync(target, before)
    const { child, state, end } = begin(...command)
    t.true(await until(() => hidden('replaced.h5').length > 0 || state.ended, LONG))
    await until(() => state.ended, (usual * kill) / 6)
    child.kill('SIGKILL')
    await end
    const left = hidden('replaced.h5')
    if (left.length > 0) interrupted++
    for (const name of left) rmSync(join(scratch, name))
    const bytes = readFileSync(target)
    t.true(bytes.equals(before) || (left.length === 0 && bytes.equals(fresh)))
  }
  t.true(interrupted > 0)
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
    if (status !== 0) t.regex(said, /^h5 attr: .* is being changed by process \d+ on .*\n$/)
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

test.serial('a full disk gets one line, and leaves the file as it was', (t) => {
  const path = made('limits.h5', 200_000)
  const before = readFileSync(path)
  const limited = ['-c', `ulimit -f 100; exec "${process.execPath}" "${h5}" set "${path}/data" 5; exit 9`]
  const full = spawnSync('sh', limited, { encoding: 'utf8' })
  t.is(full.status, 1)
  t.is(full.stderr.trim().split('\n').length, 1, full.stderr)
  t.true(readFileSync(path).equals(before))
  t.deepEqual(beside('limits.h5'), [])
})

test.serial('a small disk that is full gets one line, and leaves the file as it was', (t) => {
  const path = made('small-disk.h5', 200_000)
  const before = readFileSync(path)
  const disk = join(scratch, 'disk')
  mkdirSync(disk)
  // A disk of its own, in a place of its own: 2 MB hold the file, and no journal of it.
  const script = `
    mount -t tmpfs -o size=2m none "${disk}" || exit 77
    cp "${path}" "${disk}/file.h5"
    "${process.execPath}" "${h5}" set "${disk}/file.h5/data" 5
    echo "status $?"
    ls "${disk}"
    cmp "${path}" "${disk}/file.h5" && echo same`
  const { status, stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', script], { encoding: 'utf8' })
  if (status === null || status === 77 || /unshare:/.test(stderr)) {
    t.log('no disk can be mounted here: that one is full is not tried')
    t.pass()
    return
  }
  t.deepEqual(stdout.split('\n'), ['status 1', 'file.h5', 'same', ''])
  t.is(stderr.trim().split('\n').length, 1, stderr)
  t.true(readFileSync(path).equals(before))
})

/** Runs the tool as somebody who may read everything here and write nothing. */
function runAsNobody(...argv: string[]): ReturnType<typeof run> | undefined {
  if (process.getuid?.() !== 0) return run(...argv)
  const somebody = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, h5]
  const { status, stderr, error } = spawnSync('setpriv', [...somebody, ...argv], { encoding: 'utf8' })
  if (error !== undefined || /setpriv:|Cannot find module|EACCES.*node_modules/.test(stderr)) return undefined
  return { status, lines: stderr.split('\n').filter((line) => line !== '') }
}

test.serial('a file that may not be written gets one line', (t) => {
  const path = made('read-only.h5')
  const before = readFileSync(path)
  chmodSync(path, 0o444)
  chmodSync(scratch, 0o755)
  if (runAsNobody('ls', path)?.status !== 0) {
    t.log('root cannot become somebody else here who runs the tool: the read-only file is not tried')
    t.pass()
    return
  }
  for (const command of [
    ['attr', 'set', path, 'a', '1'],
    ['set', `${path}/data`, '5'],
    ['rm', `${path}/data`],
  ]) {
    const refused = runAsNobody(...command)
    t.deepEqual([refused?.status, refused?.lines.length], [1, 1], refused?.lines.join('\n'))
    t.true(readFileSync(path).equals(before))
    t.deepEqual(beside('read-only.h5'), [])
  }
})

test.serial('a file that nobody may change, not even root, gets one line', (t) => {
  const path = made('immutable.h5')
  const before = readFileSync(path)
  if (spawnSync('chattr', ['+i', path]).status !== 0) {
    t.log('no file can be made immutable here: that is not tried')
    t.pass()
    return
  }
  try {
    const refused = run('attr', 'set', path, 'a', '1')
    t.deepEqual([refused.status, refused.lines.length], [1, 1], refused.lines.join('\n'))
    t.true(readFileSync(path).equals(before))
    t.deepEqual(beside('immutable.h5'), [])
  } finally {
    spawnSync('chattr', ['-i', path])
  }
})
