import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFile, openFile } from '@h5kit/core/node'
import test from 'ava'
import { run } from '../../src/main.ts'
import { Output } from '../../src/output.ts'

const folder = mkdtempSync(join(tmpdir(), 'ls-'))
test.after.always(() => rmSync(folder, { recursive: true }))

const path = join(folder, 'names.h5')
test.before(() => {
  using file = createFile(path)
  file.createGroup('観測')
  file.createDataset('観測/温度 1', { data: ['grüße', `${'aあ'.repeat(2)}${'x'.repeat(12)}é`, '\u0085'] })
  file.get('観測/温度 1').createAttribute('単位', '℃')
  file.createGroup('line\u2028end')
  file.close()
})

async function listed(...argv: string[]): Promise<string> {
  const to = join(folder, 'printed.txt')
  const fd = openSync(to, 'w')
  try {
    await run('h5ls', [...argv, path], new Output(fd), () => {})
  } finally {
    closeSync(fd)
  }
  return readFileSync(to, 'utf8')
}

test('names and strings beyond ASCII are escaped as in the reference', async (t) => {
  const text = await listed('-r')
  t.true(text.includes('/\\350\\246\\263\\346\\270\\254 Group\n'))
  t.regex(text, /^[\x20-\x7e\n]*$/)
})

test('with --utf8 they are printed as they are, where they can be', async (t) => {
  t.is(
    await listed('-rd', '--utf8'),
    [
      '/                        Group',
      '/line\\342\\200\\250end     Group',
      // Wide characters take two columns of the 25.
      '/観測                    Group',
      '/観測/温度\\ 1            Dataset {3}',
      '    Data:',
      '         "grüße", "aあaあ" \'x\' repeats 11 times "é",',
      '         "\\37777777702\\37777777605"',
      '',
    ].join('\n'),
  )
  t.true((await listed('-rv', '--utf8')).includes('    Attribute: 単位 scalar\n'))
  using file = openFile(path)
  t.is(file.get('観測/温度 1').attribute('単位').value, '℃')
})
