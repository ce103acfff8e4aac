import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { run } from '../src/main.ts'
import { Output } from '../src/output.ts'

const readme = readFileSync(fileURLToPath(new URL('../../../README.md', import.meta.url)), 'utf8')
const scratch = mkdtempSync(join(tmpdir(), 'h5kit-program-'))
test.after.always(() => rmSync(scratch, { recursive: true }))

/** The commands that the README's table names. */
const rows = readme.split('\n').filter((line) => line.startsWith('| `h5 '))
const commands = rows.flatMap((row) =>
  [...row.split(' | ')[0].matchAll(/`(?:h5 )?([a-z-]+)/g)].map((found) => found[1]),
)

async function h5(...argv: string[]): Promise<{ status: number; printed: string; said: string[] }> {
  const path = join(scratch, `${argv.join('-').replaceAll('/', '_')}.txt`)
  const fd = openSync(path, 'w')
  const said: string[] = []
  try {
    const status = await run('h5', argv, new Output(fd), (message) => said.push(message))
    return { status, printed: readFileSync(path, 'utf8'), said }
  } finally {
    closeSync(fd)
  }
}

test('every command that the README names is there and tells what it does', async (t) => {
  t.true(commands.length >= 20)
  for (const command of commands) {
    const { status, printed, said } = await h5(command, '--help')
    t.is(status, 0, command)
    t.true(printed.length > 100, command)
    t.deepEqual(said, [], command)
  }
  const { printed } = await h5('--help')
  for (const command of commands) t.regex(printed, new RegExp(`^ +${command} `, 'm'))
})

test('wrong usage of a command is status 2, whatever the reference tool returns', async (t) => {
  for (const command of commands) {
    const { status, said } = await h5(command, '--no-such-option')
    t.is(status, 2, command)
    t.is(said.length, 1, command)
    t.regex(said[0], new RegExp(`h5 ${command} --help tells what there is$`), command)
  }
  t.is((await h5('no-such-command')).status, 2)
})

test("wrong usage under a reference tool's name is that tool's status", async (t) => {
  for (const tool of ['h5ls', 'h5dump', 'h5diff', 'h5stat', 'h5copy', 'h5format_convert']) {
    t.is(await run(tool, ['--no-such-option'], new Output(1), () => {}), 1, tool)
  }
})
