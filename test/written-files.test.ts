import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Where HDF5 2.2's h5dump is with a python3 beside it that has h5py: in the folder that H5KIT_REFERENCE names, or one of
 * PATH; undefined where there is none.
 */
function reference(): string | undefined {
  const folders = [process.env.H5KIT_REFERENCE, ...(process.env.PATH ?? '').split(delimiter)]
  return folders.find((folder) => {
    if (folder === undefined || !existsSync(join(folder, 'h5dump')) || !existsSync(join(folder, 'python3')))
      return false
    const version = spawnSync(join(folder, 'h5dump'), ['-V'], { encoding: 'utf8' }).stdout
    return / 2\.2\./.test(version) && spawnSync(join(folder, 'python3'), ['-c', 'import h5py']).status === 0
  })
}

const tools = reference()

/** Runs a check of golden/check on a part of what it is for. */
function checked(script: string, ...options: string[]): { status: number | null; lines: string[] } {
  const argv = ['--import=tsx', join(root, 'golden/check', script), tools ?? '', ...options, join(root, 'golden/files')]
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', cwd: root })
  return { status, lines: `${stdout}${stderr}`.trim().split('\n') }
}

for (const [script, ...options] of [
  ['rewrite.ts', '--sample', '23', '--bound', 'earliest', '--bound', 'v200'],
  ['edit.ts', '--sample', '151', '--seed', '1'],
]) {
  test(`the C library and h5py read what ${script} writes`, (t) => {
    t.timeout(600_000)
    if (tools === undefined) {
      t.log('the tools of HDF5 2.2 and h5py are not here (H5KIT_REFERENCE names their folder): they look at nothing')
      t.pass()
      return
    }
    const { status, lines } = checked(script, ...options)
    t.is(status, 0, lines.join('\n'))
    // A sample that is empty would find nothing as well.
    t.true(Number(/^\d+/.exec(lines[lines.length - 1])?.[0]) >= 5, lines.join('\n'))
  })
}
