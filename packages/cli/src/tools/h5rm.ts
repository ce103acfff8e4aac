import { removeLinks } from '../commands/edit-links.ts'
import type { EditCommand } from '../options/edit.ts'
import type { Output } from '../output.ts'
import { runEditTool } from './edit-tool.ts'

/** `h5 rm`. */
export function h5rm(argv: string[], output: Output, warn: (message: string) => void): Promise<number> {
  return runEditTool({ name: 'rm', help: HELP, rules: RULES, least: 1, run }, argv, output, warn)
}

async function run({ words, has }: EditCommand & { kind: 'run' }, output: Output): Promise<undefined> {
  await removeLinks(words, { dryRun: has('dry-run'), verbose: has('verbose') }, output)
}

const RULES = [
  { letter: 'n', names: ['dry-run'], value: 'none' },
  { letter: 'v', names: ['verbose'], value: 'none' },
] as const

const HELP = `Removes links, and with them objects to which no other link leads.

  h5 rm file.h5/group/dataset        one object
  h5 rm file.h5 old older oldest      several of one file
  h5 rm --dry-run file.h5/group       what would go, and how many bytes that would free

usage: h5 rm [OPTIONS] FILE/OBJECT ...
       h5 rm [OPTIONS] FILE OBJECT ...

  -n, --dry-run           say what would be done, and leave the file as it is
  -v, --verbose           say what is done
  -h, --help              this text

The file is changed as a whole or not at all.
`
