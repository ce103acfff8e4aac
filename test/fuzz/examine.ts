import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../packages/cli/src/main.ts'
import { Output } from '../../packages/cli/src/output.ts'
import { Hdf5Error } from '../../packages/core/src/errors.ts'
import { openBytes } from '../../packages/core/src/index.ts'
import { walk } from '../../packages/core/test/support/walk.ts'

/** Milliseconds of processor time that anything done with a file of some kilobytes may take. */
export const LONGEST = 2_000

/** Bytes of output after which a dump is stopped: a dataset may be said to be larger than anything. */
const MOST_OUTPUT = 100_000

/** Commands that each file is given to; the file's name and that of a new one come in the places of IN and OUT. */
export const COMMANDS: readonly (readonly string[])[] = [
  ['h5ls', '-vr', 'IN'],
  ['h5dump', `--max-bytes=${MOST_OUTPUT}`, 'IN'],
  ['h5dump', '-pBH', 'IN'],
  ['h5stat', 'IN'],
  ['h5check', '--data', 'IN'],
  ['h5check', '--policy=strict', '--recover', 'OUT', 'IN'],
  ['h5repack', 'IN', 'OUT'],
]

/** What a file must not do: an error that is no Hdf5Error, a crash, or too long a time. Returns what it did of that. */
export async function examine(
  bytes: Uint8Array,
  folder: string,
  commands: readonly (readonly string[])[],
  about: (step: string) => void = () => {},
): Promise<string[]> {
  const found: string[] = []
  const timed = async (step: string, operation: () => void | Promise<void>): Promise<void> => {
    about(step)
    const start = process.cpuUsage()
    await operation()
    const { user, system } = process.cpuUsage(start)
    const took = Math.round((user + system) / 1000)
    if (took > LONGEST) found.push(`${step}: ${took} ms`)
  }
  await timed('walk', () => {
    try {
      walk(openBytes(bytes))
    } catch (error) {
      if (!(error instanceof Hdf5Error)) found.push(`walk: ${error instanceof Error ? error.stack : String(error)}`)
    }
  })
  const input = join(folder, 'file.h5')
  const output = join(folder, 'new.h5')
  writeFileSync(input, bytes)
  for (const words of commands) {
    const [tool, ...argv] = words.map((word) => (word === 'IN' ? input : word === 'OUT' ? output : word))
    await timed(words.join(' '), async () => {
      const fd = openSync('/dev/null', 'w')
      try {
        const warn = (message: string): void => {
          if (message.startsWith('internal error')) found.push(`${words.join(' ')}: ${message}`)
        }
        await run(tool, argv, new Output(fd), warn)
      } catch (error) {
        found.push(`${words.join(' ')}: ${error instanceof Error ? error.stack : String(error)}`)
      } finally {
        closeSync(fd)
      }
    })
    rmSync(output, { force: true })
  }
  return found
}
