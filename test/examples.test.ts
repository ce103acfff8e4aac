import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import test from 'ava'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = join(root, 'packages/core/src')
const folder = mkdtempSync(join(tmpdir(), 'h5kit-examples-'))
test.after.always(() => rmSync(folder, { recursive: true }))

const ENTRIES: Record<string, string> = { '@h5kit/core': 'index.ts', '@h5kit/core/node': 'node.ts' }

/** The programs in the doc comments and what a newcomer reads: all examples that begin with what they import. */
function examples(): { name: string; code: string }[] {
  const found: { name: string; code: string }[] = []
  const sources = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  for (const name of ['README.md', 'packages/core/README.md', ...sources.map((name) => `packages/core/src/${name}`)]) {
    const text = readFileSync(join(root, name), 'utf8')
    for (const [, block] of text.matchAll(/```ts\n([\s\S]*?)```/g)) {
      const code = block.replace(/^ *\* ?/gm, '')
      if (code.startsWith('import ')) found.push({ name: `${name} ${found.length}`, code })
    }
  }
  return found
}

for (const [i, { name, code }] of examples().entries()) {
  test.serial(`the example in ${name} runs`, async (t) => {
    const place = join(folder, String(i))
    mkdirSync(place)
    symlinkSync(join(root, 'golden'), join(place, 'golden'))
    process.chdir(place)
    const path = join(place, 'example.mts')
    const linked = code.replace(/from '(@h5kit[^']*)'/g, (_, entry: string) => {
      return `from '${pathToFileURL(join(source, ENTRIES[entry])).href}'`
    })
    writeFileSync(path, linked)
    const said: unknown[] = []
    const { log } = console
    console.log = (...given: unknown[]) => void said.push(given)
    try {
      await import(pathToFileURL(path).href)
    } finally {
      console.log = log
    }
    t.log(said.length === 0 ? 'says nothing' : JSON.stringify(said))
    t.pass()
  })
}

test('there are examples', (t) => {
  t.true(examples().length >= 4)
})
