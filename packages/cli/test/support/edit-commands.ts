import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFile } from '@h5kit/core/node'
import { run } from '../../src/main.ts'
import { Output } from '../../src/output.ts'

export const scratch = mkdtempSync(join(tmpdir(), 'edit-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))

let count = 0

export async function tool(
  name: string,
  ...argv: string[]
): Promise<{ stdout: string; stderr: string[]; status: number }> {
  const path = join(scratch, `stdout-${count++}`)
  const fd = openSync(path, 'w')
  const stderr: string[] = []
  try {
    const status = await run(name, argv, new Output(fd), (message) => stderr.push(message))
    return { stdout: readFileSync(path, 'latin1'), stderr, status }
  } finally {
    closeSync(fd)
    rmSync(path)
  }
}

export const h5 = (...argv: string[]) => tool('h5', ...argv)

/** A file with a group, a table that can grow, and a matrix. */
export function made(): string {
  const path = join(scratch, `made-${count++}.h5`)
  using file = createFile(path)
  const group = file.createGroup('group')
  group.createDataset('inner', { data: [1, 2, 3] })
  file.createDataset('log', { data: [1, 2, 3], type: '<f8', maxShape: [null], chunks: [2], compression: 'gzip' })
  file.createDataset('matrix', { data: new Int32Array(12), shape: [3, 4] })
  file.close()
  return path
}
