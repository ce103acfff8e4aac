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

/** The commands by the names of their tools. */
export type Tools = Readonly<Record<string, () => Promise<Command>>>

/** `h5`: the commands under one name. */
export function program(tools: Tools): Command {
  return async (argv, output, warn) => {
    const { first, rest, plain } = called(argv, tools)
    if (plain !== undefined) return (await (FULLER[first] ?? plain)())(rest, output, warn, `h5 ${first}`)
    const { commandList } = await import('./command-list.ts')
    return commandList(Object.keys(tools), argv[0] === 'help' && argv.length > 1 ? [first] : argv, output, warn)
  }
}

/** What a message of `h5` begins with: its name, and that of the command. */
export function programName(argv: readonly string[], tools: Tools): string {
  const { first, plain } = called(argv, tools)
  return plain === undefined ? 'h5' : `h5 ${first}`
}

/** The command that is asked for, or whose help is. */
function called(argv: readonly string[], tools: Tools) {
  const [first = '', ...rest] = argv[0] === 'help' && argv.length > 1 ? [argv[1], '--help'] : argv
  const tool = `h5${first.replaceAll('-', '_')}`
  return { first, rest, plain: first !== '' && Object.hasOwn(tools, tool) ? tools[tool] : undefined }
}
