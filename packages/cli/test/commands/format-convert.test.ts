import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DataLayout } from '@h5kit/core'
import { openFile } from '@h5kit/core/node'
import test from 'ava'
import { run } from '../../src/main.ts'
import { Output } from '../../src/output.ts'

const golden = fileURLToPath(new URL('../../../../golden', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'h5kit-convert-'))
test.after.always(() => rmSync(scratch, { recursive: true }))

function copyOf(name: string): string {
  const path = join(mkdtempSync(join(scratch, 'file-')), 'x.h5')
  copyFileSync(join(golden, name), path)
  return path
}

async function convert(...argv: string[]): Promise<{ status: number; said: string[] }> {
  const said: string[] = []
  const status = await run('h5format_convert', argv, new Output(1), (message) => said.push(message))
  return { status, said }
}

interface Found {
  version: number
  layouts: Map<string, DataLayout>
  values: unknown[]
  comments: unknown[]
}

function look(path: string): Found {
  using file = openFile(path)
  const layouts = new Map<string, DataLayout>()
  const values: unknown[] = []
  const comments: unknown[] = []
  for (const { path, link } of file.visit()) {
    if (link.kind !== 'hard') continue
    const object = file.object(link.address, path)
    comments.push([path, object.attributes.length])
    if (object.kind !== 'dataset') continue
    layouts.set(path, object.layout)
    values.push([path, object.value])
  }
  return { version: file.superblock.version, layouts, values, comments }
}

for (const name of [
  'files/chunk-indexes.h5',
  'files/chunk-indexes-latest.h5',
  'files/chunk-edges.h5',
  'files/layouts.h5',
  'files/spaces.h5',
  'files/space-page-persist.h5',
  'files/space-fsm-persist.h5',
  'files/user-block-2048.h5',
  'files/cache-image.h5',
  'values/indexes-latest.h5',
]) {
  test(`${name} is one that release 1.8 understands, with what was in it`, async (t) => {
    const path = copyOf(name)
    const before = look(path)
    t.deepEqual(await convert(path), { status: 0, said: [] })
    const after = look(path)
    t.true(after.version <= 2)
    for (const [dataset, layout] of after.layouts) {
      if (layout.kind === 'virtual') continue
      t.true(layout.version <= 3, dataset)
      if (layout.kind === 'chunked') t.is(layout.index.type, 'b-tree-v1', dataset)
    }
    t.deepEqual(after.values, before.values)
    t.deepEqual(after.comments, before.comments)
    using file = openFile(path)
    t.deepEqual(file.settings.fileSpace.strategy, 0)
    t.false(file.settings.fileSpace.persisting)
    const bytes = readFileSync(path)
    t.deepEqual(await convert(path), { status: 0, said: [] })
    t.true(readFileSync(path).equals(bytes), 'there is nothing to convert again')
  })
}

test('one dataset alone is converted, and none where nothing is to be', async (t) => {
  const path = copyOf('files/chunk-indexes-latest.h5')
  const { layouts } = look(path)
  const [first, second] = [...layouts].filter(([, { kind, version }]) => kind === 'chunked' && version > 3)
  const bytes = readFileSync(path)
  t.is((await convert('-n', path)).status, 0)
  t.is((await convert('--noop', '-d', first[0], path)).status, 0)
  t.true(readFileSync(path).equals(bytes))
  t.is((await convert('-d', first[0], path)).status, 0)
  const after = look(path)
  t.is(after.layouts.get(first[0])?.version, 3)
  t.deepEqual(after.layouts.get(second[0]), second[1])
  t.is(after.version, 2)
})

test('where something is wrong the file stays as it was', async (t) => {
  const path = copyOf('files/sizes-2-2-latest.h5')
  const bytes = readFileSync(path)
  for (const argv of [[path], ['-d', '/absent', path], ['-d', '/', path]]) {
    const { status, said } = await convert(...argv)
    t.is(status, 1)
    t.is(said.length, 1)
    t.true(readFileSync(path).equals(bytes))
  }
})
