import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'

const launch = fileURLToPath(new URL('../packages/cli/dist/launch.cjs', import.meta.url))
const file = fileURLToPath(new URL('../golden/files/book-demo.h5', import.meta.url))

/** Parts of Node that take longer to load than a small file to read. */
const HEAVY = ['stream', 'perf_hooks', 'internal/crypto/webcrypto', 'worker_threads', 'zlib', 'net']

/** What of Node a run of a tool loads that an empty program does not. */
function loadedBy(tool: string, ...args: string[]): string[] {
  const told = (body: string): string[] => {
    const ending = `process.on('exit', () => require('fs').writeSync(2, process.moduleLoadList.join()))`
    const { execPath } = process
    const command = ['-e', `${ending}; ${body}`]
    // What is told goes to a pipe, and what the tool prints to nowhere.
    return execFileSync('/bin/sh', ['-c', `"$0" "$@" 2>&1 >/dev/null`, execPath, ...command], {
      encoding: 'utf8',
    }).split(',')
  }
  const empty = new Set(told(''))
  const main = `require(${JSON.stringify(launch)}).main(${JSON.stringify(tool)}, ${JSON.stringify(args)})`
  return told(main).flatMap((name) => (empty.has(name) ? [] : [name.replace('NativeModule ', '')]))
}

test('listing and repacking a small file loads nothing of Node that takes long', (t) => {
  const output = join(mkdtempSync(join(tmpdir(), 'start-up-')), 'new.h5')
  for (const loaded of [loadedBy('h5ls', file), loadedBy('h5dump', file), loadedBy('h5repack', file, output)]) {
    t.true(loaded.includes('vm'))
    t.deepEqual(
      loaded.filter((name) => HEAVY.includes(name)),
      [],
    )
  }
})

interface Launch {
  keptFor(tool: string, argv: readonly string[]): string
  codeCache(file: string, kept: string): string
}

test('what V8 made of the code is there for each file that listing and repacking load', (t) => {
  const { keptFor, codeCache } = createRequire(import.meta.url)(launch) as Launch
  t.is(keptFor('h5ls', [file]), 'shared')
  t.is(keptFor('h5', ['ls', file]), 'shared')
  t.is(keptFor('h5', []), 'shared')
  t.is(keptFor('h5repack', ['a', 'b']), 'h5repack')
  t.is(keptFor('h5', ['repack', 'a', 'b']), 'h5repack')
  t.is(keptFor('h5', ['../repack', 'a', 'b']), 'shared')
  const output = join(mkdtempSync(join(tmpdir(), 'start-up-')), 'new.h5')
  for (const [tool, args] of [
    ['h5ls', ['-v', file]],
    ['h5dump', [file]],
    ['h5repack', [file, output]],
  ] as const) {
    const body = `const { main, loadedFiles } = require(${JSON.stringify(launch)})
      const told = () => require('fs').writeSync(2, JSON.stringify([...loadedFiles.keys()]))
      main(${JSON.stringify(tool)}, ${JSON.stringify(args)}).then(told)`
    const { stderr } = spawnSync(process.execPath, ['-e', body], { encoding: 'utf8' })
    const files = JSON.parse(stderr) as string[]
    t.true(files.length > 1)
    for (const each of files) t.true(existsSync(codeCache(each, keptFor(tool, args))), `${tool}: ${each}`)
  }
})
