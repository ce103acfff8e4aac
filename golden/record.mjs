// Records what the reference tools print.
//
//   node golden/record.mjs PREFIX/bin [TOOL[/TRANSCRIPT] ...]
//
// PREFIX/bin holds the tools of HDF5 2.2.0. Every case of the transcripts in golden/expected, or of those that are
// named, is run anew, and its output and exit status are written down. Filters that are plugins of the library are
// found through HDF5_PLUGIN_PATH.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { commandWords, ENVIRONMENT, formatTranscript, parseTranscript, WRITERS } from './transcript.mjs'

const REFERENCE = '2.2.0'

const root = fileURLToPath(new URL('.', import.meta.url))
const files = join(root, 'files')
const expected = join(root, 'expected')

const [prefix, ...wanted] = process.argv.slice(2)
if (prefix === undefined) {
  console.error('usage: node golden/record.mjs PREFIX/bin [TOOL[/TRANSCRIPT] ...]')
  process.exit(2)
}
const tools = resolve(prefix)

function version(tool) {
  return execFileSync(join(tools, tool), ['--version'], { encoding: 'utf8' })
}
if (!version('h5ls').includes(REFERENCE)) {
  console.error(`${tools} holds other tools than those of HDF5 ${REFERENCE}: ${version('h5ls')}`)
  process.exit(1)
}

function run(command, folder) {
  const [tool, ...argv] = commandWords(command)
  const env = { ...process.env, ...ENVIRONMENT }
  const { error, status, stdout } = spawnSync(join(tools, tool), argv, { cwd: folder, env, maxBuffer: 1 << 28 })
  if (error !== undefined) throw error
  if (status === null) throw new Error(`${command}: ended by a signal`)
  return { command, stdout: stdout.toString('latin1'), status }
}

function record(path) {
  const transcript = parseTranscript(readFileSync(path, 'latin1'))
  const writes = transcript.cases.some(({ command }) => WRITERS.includes(commandWords(command)[0]))
  const folder = writes ? mkdtempSync(join(tmpdir(), 'golden-')) : files
  try {
    if (writes) cpSync(files, folder, { recursive: true })
    const cases = transcript.cases.map(({ command }) => run(command, folder))
    writeFileSync(path, formatTranscript({ head: transcript.head, cases }), 'latin1')
    return cases.length
  } finally {
    if (writes) rmSync(folder, { recursive: true })
  }
}

let count = 0
for (const name of readdirSync(expected, { recursive: true }).sort()) {
  if (!name.endsWith('.txt')) continue
  const asked = wanted.length === 0 || wanted.some((each) => name === `${each}.txt` || name.startsWith(`${each}/`))
  if (asked) count += record(join(expected, name))
}
console.log(`${count} cases recorded`)
