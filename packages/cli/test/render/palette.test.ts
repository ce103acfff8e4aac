import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { isColored } from '../../src/render/palette.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** What a command prints into a pipe, in an environment that says nothing of colours but for what is given. */
function printed(argv: string[], env: Record<string, string> = {}): string {
  const { FORCE_COLOR: _force, NO_COLOR: _no, ...rest } = process.env
  return spawnSync(process.execPath, [`${root}bin/h5`, ...argv], {
    cwd: root,
    encoding: 'utf8',
    env: { ...rest, TERM: 'xterm', ...env },
  }).stdout
}

test('what the command line says of colours goes before the environment, and that before the terminal', (t) => {
  const on = (): boolean => true
  const off = (): boolean => false
  t.true(isColored('auto', {}, on))
  t.false(isColored('auto', {}, off))
  t.false(isColored('auto', { TERM: 'dumb' }, on))
  t.false(isColored('auto', { NO_COLOR: '1' }, on))
  t.true(isColored('auto', { NO_COLOR: '' }, on))
  t.true(isColored('auto', { FORCE_COLOR: '1' }, off))
  t.false(isColored('auto', { FORCE_COLOR: '0' }, on))
  t.true(isColored('always', { NO_COLOR: '1', TERM: 'dumb' }, off))
  t.false(isColored('never', { FORCE_COLOR: '1' }, on))
})

test('a pipe gets no colours unless they are asked for, and then the same text', (t) => {
  const ls = ['ls', '-rv', 'golden/files/book-dust.h5']
  const plain = printed(ls)
  t.false(plain.includes('\u001b'))
  for (const colored of [printed([...ls.slice(0, 2), '--color', ls[2]]), printed(ls, { FORCE_COLOR: '1' })]) {
    t.true(colored.includes('/\u001b[34m\u001b[1mexperiment0\u001b[22m\u001b[39m             Group\n'))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours begin with
    t.is(colored.replace(/\u001b\[\d+m/g, ''), plain)
  }
  t.true(printed(['check', '--color=always', 'golden/files/book-dust.h5']).includes(': \u001b[32msound\u001b[39m\n'))
  t.false(printed(['check', 'golden/files/book-dust.h5']).includes('\u001b'))
})

test('a wrong word for colours is one line', (t) => {
  for (const command of ['ls', 'check']) {
    const { status, stderr } = spawnSync(process.execPath, [`${root}bin/h5`, command, '--color=blue', 'x.h5'], {
      encoding: 'utf8',
    })
    t.is(status, 2)
    t.regex(stderr, /^h5 \w+: --color is auto, always, never, not "blue"; .*\n$/)
  }
})
