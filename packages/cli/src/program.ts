import type { Output } from './output.ts'

/** One command: what to do with its arguments. Returns the exit status. `name` is by what it was called. */
export type Command = (
  argv: string[],
  output: Output,
  warn: (message: string) => void,
  name?: string,
) => number | Promise<number>

/** Commands that do more under their own name than the reference tool does. */
const FULLER: Record<string, () => Promise<Command>> = {
  repack: async () => (await import('./tools/h5repack.ts')).wholeRepack,
}

/** `h5`: the commands under one name. */
export function program(tools: Record<string, () => Promise<Command>>): Command {
  return async (argv, output, warn) => {
    const asked = argv[0] === 'help' && argv.length > 1
    const [first, ...rest] = asked ? [argv[1], '--help'] : argv
    const plain = tools[`h5${first?.replaceAll('-', '_')}`]
    if (plain !== undefined) return (await (FULLER[first] ?? plain)())(rest, output, warn, `h5 ${first}`)
    const { commandList } = await import('./command-list.ts')
    return commandList(Object.keys(tools), asked ? [first] : argv, output, warn)
  }
}
