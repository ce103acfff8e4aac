import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openFile } from '@h5kit/core/node'
import test from 'ava'
import { run } from '../../src/main.ts'
import { Output } from '../../src/output.ts'

const golden = fileURLToPath(new URL('../../../../golden/files', import.meta.url))
const here = fileURLToPath(import.meta.url)
const scratch = mkdtempSync(join(tmpdir(), 'h5kit-jam-'))
test.after.always(() => rmSync(scratch, { recursive: true }))

/** A folder with a file in it that may be changed. */
function folderWith(name: string): { folder: string; file: string } {
  const folder = mkdtempSync(join(scratch, 'files-'))
  copyFileSync(join(golden, name), join(folder, name))
  return { folder, file: join(folder, name) }
}

async function tool(name: string, ...argv: string[]): Promise<{ status: number; said: string[] }> {
  const said: string[] = []
  const status = await run(name, argv, new Output(1), (message) => said.push(message))
  return { status, said }
}

test('what goes into a user block comes out of it', async (t) => {
  const { folder, file } = folderWith('user-block-512.h5')
  const before = readFileSync(file)
  const notes = join(folder, 'notes')
  writeFileSync(notes, 'x'.repeat(600))
  t.is((await tool('h5jam', '-i', file, '-u', notes)).status, 0)
  const opened = openFile(file)
  t.is(opened.userBlockSize, 2048)
  opened.close()
  t.true(readFileSync(file).subarray(512, 1112).equals(readFileSync(notes)))
  t.is((await tool('h5', 'unjam', '-i', file, '-u', join(folder, 'block'), '--in-place')).status, 0)
  t.true(readFileSync(file).equals(before.subarray(512)))
  t.is(readFileSync(join(folder, 'block')).length, 2048)
})

test('nothing of the user block that is given up stays', async (t) => {
  const { folder, file } = folderWith('user-block-2048.h5')
  const bytes = readFileSync(file)
  bytes.fill(0x61, 0, 2048)
  writeFileSync(file, bytes)
  writeFileSync(join(folder, 'notes'), 'short')
  t.is((await tool('h5jam', '-i', file, '-u', join(folder, 'notes'), '--clobber')).status, 0)
  const block = readFileSync(file).subarray(0, 2048)
  t.is(block.subarray(0, 5).toString(), 'short')
  t.true(block.subarray(5).every((byte) => byte === 0))
})

test('where something is wrong, nothing is written and one line says why', async (t) => {
  const { folder, file } = folderWith('superblock-0.h5')
  const before = readFileSync(file)
  const wrong = [
    ['h5jam', '-i', file, '-u', join(folder, 'absent')],
    ['h5jam', '-i', file, '-u', file, '-o', join(folder, 'out.h5')],
    ['h5jam', '-i', join(folder, 'absent.h5'), '-u', file, '-o', join(folder, 'out.h5')],
    ['h5jam', '-i', file, '-u', here, '-o', join(folder, 'absent', 'out.h5')],
    ['h5unjam', '-i', file],
    ['h5unjam', '-i', file, '-o', join(folder, 'out.h5'), '--in-place'],
  ]
  for (const [name, ...argv] of wrong) {
    const { status, said } = await tool(name, ...argv)
    t.is(status, 1, argv.join(' '))
    t.is(said.length, 1, argv.join(' '))
  }
  const none = await tool('h5unjam', '-i', file, '-o', join(folder, 'out.h5'))
  t.is(none.status, 0)
  t.regex(none.said.join(), /has no user block/)
  t.deepEqual(readdirSync(folder), ['superblock-0.h5'])
  t.true(readFileSync(file).equals(before))
})
