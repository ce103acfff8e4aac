import type { EditCommand } from '../options/edit.ts'
import { parseEdit } from '../options/edit.ts'
import type { OptionRule } from '../options/reference-arguments.ts'
import type { Output } from '../output.ts'

/** What the commands that change a file differ in. */
export interface EditTool {
  name: string
  help: string
  rules: readonly OptionRule[]
  /** Words that there have to be. */
  least: number
  /** Does what is asked for; a text says what is wrong with the command line. */
  run(command: EditCommand & { kind: 'run' }, output: Output): Promise<string | undefined>
}

/** Runs a command that changes a file; returns the exit status. */
export async function runEditTool(
  { name, help, rules, least, run }: EditTool,
  argv: readonly string[],
  output: Output,
  warn: (message: string) => void,
): Promise<number> {
  const command = parseEdit(argv, rules, least)
  if (command.kind === 'help') {
    output.text(help)
    return 0
  }
  const mistake = command.kind === 'mistake' ? command.what : await run(command, output)
  if (mistake === undefined) return 0
  warn(`${mistake}; h5 ${name} --help tells what there is`)
  return 2
}
