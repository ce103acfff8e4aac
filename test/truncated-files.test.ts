import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'h5kit-truncated-'))
test.after.always(() => rmSync(folder, { recursive: true }))

interface Ending {
  status: number | string | null | undefined
  stdout: string
  stderr: string
}

function h5ls(...args: string[]): Promise<Ending> {
  return new Promise((done) => {
    execFile(process.execPath, [join(root, 'bin/h5ls'), ...args], { timeout: 10_000 }, (error, stdout, stderr) => {
      done({ status: error === null ? 0 : error.code, stdout, stderr })
    })
  })
}

// Files of three ages, cut in front of, inside and behind what they begin with, and a little before their end.
for (const name of ['book-demo', 'links-creation-order', 'attributes-dense-latest']) {
  test(`h5ls says in one line that ${name} is not whole`, async (t) => {
    const bytes = readFileSync(join(root, 'golden/files', `${name}.h5`))
    for (const length of [0, 7, 8, 40, 200, bytes.length >> 1, bytes.length - 1]) {
      const path = join(folder, `${name}-${length}.h5`)
      writeFileSync(path, bytes.subarray(0, length))
      const { status, stdout, stderr } = await h5ls('-vr', path)
      t.is(status, 1, `${length} bytes: ${stderr}`)
      t.is(stdout, '')
      t.regex(stderr, /^h5ls[^\n]*\n$/)
      t.notRegex(stderr, /\n {4}at |Error:/)
    }
  })
}
