import { execFile } from 'node:child_process'
import { closeSync, cpSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { Case } from '../golden/transcript.mjs'
import { commandWords, ENVIRONMENT, parseTranscript, WRITERS } from '../golden/transcript.mjs'
import { run } from '../packages/cli/src/main.ts'
import { Output } from '../packages/cli/src/output.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const files = join(root, 'golden/files')
const expected = join(root, 'golden/expected')

Object.assign(process.env, ENVIRONMENT)

const scratch = mkdtempSync(join(tmpdir(), 'h5kit-golden-'))
test.after.always(() => rmSync(scratch, { recursive: true }))

/** Runs a tool in this process, in the current folder. */
async function inProcess(words: string[]): Promise<{ stdout: string; status: number }> {
  const path = join(scratch, 'stdout')
  const fd = openSync(path, 'w')
  try {
    const status = await run(words[0], words.slice(1), new Output(fd), () => {})
    return { stdout: readFileSync(path, 'latin1'), status }
  } finally {
    closeSync(fd)
  }
}

function transcripts(): string[] {
  return readdirSync(expected, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.txt'))
}

function read(name: string): Case[] {
  return parseTranscript(readFileSync(join(expected, name), 'latin1')).cases
}

// In turn: the current folder is one for all.
for (const name of transcripts()) {
  test.serial(`${name.slice(0, -4)} prints what the reference prints`, async (t) => {
    const cases = read(name)
    const writes = cases.some(({ command }) => WRITERS.includes(commandWords(command)[0]))
    const folder = writes ? mkdtempSync(join(scratch, 'files-')) : files
    if (writes) cpSync(files, folder, { recursive: true })
    process.chdir(folder)
    for (const { command, stdout, status } of cases) {
      t.not(status, undefined, `${command}: not recorded yet`)
      const ours = await inProcess(commandWords(command))
      t.is(ours.stdout, stdout, command)
      t.is(ours.status, status ?? -1, command)
    }
  })
}

test('the launchers in bin print and return the same', async (t) => {
  // Some of them write.
  const folder = mkdtempSync(join(tmpdir(), 'h5kit-launchers-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  cpSync(files, folder, { recursive: true })
  for (const tool of readdirSync(expected)) {
    const first = transcripts().find((name) => name.startsWith(`${tool}/`)) ?? t.fail(`no transcript of ${tool}`)
    const found = read(String(first)).find(({ status }) => status === 0)
    if (found === undefined) continue
    const words = commandWords(found.command)
    const stdout = await new Promise<string>((resolve, reject) => {
      const argv = [join(root, 'bin', words[0]), ...words.slice(1)]
      execFile(process.execPath, argv, { cwd: folder, encoding: 'latin1' }, (error, text) =>
        error === null ? resolve(text) : reject(error),
      )
    })
    t.is(stdout, found.stdout, found.command)
  }
})
