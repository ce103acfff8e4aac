import { repack } from '../../src/commands/repack.ts'
import { parseRepack } from '../../src/options/repack-arguments.ts'

/** What a command line comes to, with what is said on the way. */
export async function run(argv: string[], whole = true): Promise<{ status: number; said: string; warned: string[] }> {
  const command = parseRepack(argv)
  if (command.kind !== 'repack') throw new Error(JSON.stringify(command))
  const told: string[] = []
  const warned: string[] = []
  const news = { say: (text: string) => void told.push(text), warn: (message: string) => void warned.push(message) }
  const status = await repack(command.options, news, whole)
  return { status, said: told.join(''), warned }
}
