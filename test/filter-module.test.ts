import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { run } from '../packages/cli/src/main.ts'
import { takeFilterModules } from '../packages/cli/src/options/filter-modules.ts'
import { Output } from '../packages/cli/src/output.ts'

const file = fileURLToPath(new URL('../golden/filters/user-defined.h5', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'h5kit-filter-module-'))
test.after.always(() => rmSync(scratch, { recursive: true }))

async function tool(name: string, ...argv: string[]): Promise<{ status: number; stdout: string; stderr: string[] }> {
  const path = join(scratch, 'stdout')
  const fd = openSync(path, 'w')
  const stderr: string[] = []
  try {
    const status = await run(name, argv, new Output(fd), (message) => stderr.push(message))
    return { status, stdout: readFileSync(path, 'utf8'), stderr }
  } finally {
    closeSync(fd)
  }
}

function module(name: string, text: string): string {
  const path = join(scratch, name)
  writeFileSync(path, text)
  return path
}

const XOR = "{ id: 511, name: 'xor', decode: (bytes, [key]) => bytes.map((byte) => byte ^ key) }"

test.serial('without the filter everything but the values is shown', async (t) => {
  const shown = await tool('h5ls', '-v', `${file}/filtered`)
  t.is(shown.status, 0)
  t.regex(shown.stdout, /Filter-0: {2}method-511 OPT \{85, 7\}/)
  const read = await tool('h5ls', '-d', `${file}/filtered/data`)
  t.true(
    read.stderr.some((line) => line.includes('no filter 511 (parameters 85, 7) is available')),
    read.stderr.join(),
  )
})

test.serial('a module that is no module, or no filter, is one line and status 1', async (t) => {
  const cases: [string, RegExp][] = [
    [join(scratch, 'absent.mjs'), /^--filter-module .*absent.mjs: Cannot find module/],
    [module('syntax.mjs', 'export default {'), /^--filter-module .*syntax.mjs: /],
    [module('nothing.mjs', 'export const filter = 1'), /its default export is no filter/],
    [module('shape.mjs', "export default [{ id: 511, name: 'x' }]"), /filter 511: it needs .* decode/],
    [module('id.mjs', "export default { id: 'a', name: 'x', decode() {} }"), /a is no filter's number/],
  ]
  for (const [path, message] of cases) {
    const { status, stderr } = await tool('h5ls', '--filter-module', path, file)
    t.is(status, 1)
    t.is(stderr.length, 1)
    t.regex(stderr[0], message)
  }
  t.is((await tool('h5ls', '--filter-module')).status, 1)
  t.is((await tool('h5', 'ls', file, '--filter-module')).status, 2)
})

test.serial('with the filter the values are read', async (t) => {
  const plain = await tool('h5ls', '-d', `${file}/plain/data`)
  const path = module('xor.mjs', `export default [${XOR}]`)
  const read = await tool('h5', 'ls', `--filter-module=${path}`, '-d', `${file}/filtered/data`)
  t.is(read.status, 0)
  t.is(read.stdout, plain.stdout)
  t.deepEqual(read.stderr, [])
})

test.serial("a CommonJS module serves too, and what it throws is the filter's failure", async (t) => {
  const text = "module.exports = { id: 511, name: 'broken', decode() { throw new Error('no key') } }"
  const read = await tool('h5ls', '--filter-module', module('broken.cjs', text), '-d', `${file}/filtered/data`)
  t.true(
    read.stderr.some((line) => line.includes('broken: no key')),
    read.stderr.join(),
  )
})

test('the option may stand anywhere before --', (t) => {
  t.deepEqual(takeFilterModules(['-d', '--filter-module', 'a', 'x.h5', '--filter-module=b']), {
    argv: ['-d', 'x.h5'],
    modules: ['a', 'b'],
    incomplete: false,
  })
  t.deepEqual(takeFilterModules(['--', '--filter-module', 'a']).argv, ['--', '--filter-module', 'a'])
  t.true(takeFilterModules(['--filter-module=']).incomplete)
})
