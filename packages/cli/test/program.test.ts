import { spawnSync } from 'node:child_process'
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

let number = 0

async function h5(...argv: string[]): Promise<{ status: number; printed: string; said: string[] }> {
  const path = join(scratch, `${number++}.txt`)
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

test('help for a command is what the command itself tells', async (t) => {
  t.deepEqual(await h5('help', 'ls'), await h5('ls', '--help'))
  t.is((await h5('help', 'no-such-command')).status, 2)
})

test('every option that a help text names is known, and there is help', async (t) => {
  for (const command of commands) {
    const { printed } = await h5(command, '--help')
    t.regex(printed, /^ {2}.*-h, .*--help/m, command)
    const lines = printed.split('\n').filter((line) => /^ {2}-/.test(line))
    // Options stand in front of what is said of them.
    const options = lines.flatMap(
      (line) =>
        line
          .trim()
          .split(/ {2,}/)[0]
          .match(/(?<![\w-])--?[A-Za-z][\w-]*=?/g) ?? [],
    )
    t.true(options.length > 0, command)
    for (const option of options) {
      const given = option.replace(/=$/, '=x')
      // Those of `create` stand in front of the file, or behind a path in it.
      const file = join(scratch, 'no-folder', 'new.h5')
      const lines = { create: [[given], [file, '/path', given]], attr: [['list', given]] }[command] ?? [[given]]
      const said = await Promise.all(lines.map(async (line) => (await h5(command, ...line)).said.join()))
      t.true(
        said.some((text) => !/(unknown|no) option/.test(text)),
        `${command} ${option}`,
      )
    }
  }
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

test('a message begins with the command that was called', (t) => {
  const launcher = fileURLToPath(new URL('../../../bin/h5', import.meta.url))
  const saidBy = (...argv: string[]): string =>
    spawnSync(process.execPath, [launcher, ...argv], { encoding: 'utf8' }).stderr
  t.regex(saidBy('ls', 'no-such.h5'), /^h5 ls: no-such\.h5: /)
  t.regex(saidBy('format-convert', 'no-such.h5'), /^h5 format-convert: /)
  t.regex(saidBy('attr', 'list', 'no-such.h5'), /^h5 attr: no such file: no-such\.h5\n$/)
  t.regex(saidBy('lss'), /^h5: unknown command 'lss'/)
  t.regex(saidBy('constructor'), /^h5: unknown command 'constructor'/)
  t.regex(saidBy(), /^h5: no command/)
})
