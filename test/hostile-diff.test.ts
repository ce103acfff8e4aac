import { closeSync, copyFileSync, existsSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { run } from '../packages/cli/src/main.ts'
import { Output } from '../packages/cli/src/output.ts'

const hostile = fileURLToPath(new URL('../../shared/malformed/files', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'hostile-diff-'))
test.after.always(() => rmSync(scratch, { recursive: true }))

test.serial('a hostile file is compared with its copy to a good end', async (t) => {
  t.timeout(300_000)
  if (!existsSync(hostile)) {
    t.log(`no ${hostile} here: nothing is compared`)
    t.pass()
    return
  }
  const copy = join(scratch, 'copy.h5')
  const fd = openSync('/dev/null', 'w')
  try {
    for (const name of readdirSync(hostile)) {
      copyFileSync(join(hostile, name), copy)
      for (const options of [['-v'], ['-l', '-r']]) {
        const said: string[] = []
        const warn = (message: string): void => void said.push(message)
        const status = await run('h5diff', [...options, join(hostile, name), copy], new Output(fd), warn)
        t.true([0, 1, 2].includes(status), name)
        t.is(status === 2, said.length > 0, `${name}: ${status}, ${said}`)
        t.deepEqual(
          said.filter((line) => line.startsWith('internal error')),
          [],
          name,
        )
      }
    }
  } finally {
    closeSync(fd)
  }
})
