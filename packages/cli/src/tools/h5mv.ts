import { moveLink } from '../commands/edit-links.ts'
import type { EditCommand } from '../options/edit.ts'
import type { Output } from '../output.ts'
import { runEditTool } from './edit-tool.ts'

/** `h5 mv`. */
export function h5mv(argv: string[], output: Output, warn: (message: string) => void): Promise<number> {
  return runEditTool({ name: 'mv', help: HELP, rules: RULES, least: 2, run }, argv, output, warn)
}

async function run({ words, has }: EditCommand & { kind: 'run' }, output: Output): Promise<undefined> {
  await moveLink(words, { dryRun: has('dry-run'), verbose: has('verbose') }, output)
}

const RULES = [
  { letter: 'n', names: ['dry-run'], value: 'none' },
  { letter: 'v', names: ['verbose'], value: 'none' },
] as const

const HELP = `Gives an object another name, or another group.

  h5 mv file.h5/old new               another name
  h5 mv file.h5 /data /archive/data   another group, which is made where it is missing

usage: h5 mv [OPTIONS] FILE/OLD NEW
       h5 mv [OPTIONS] FILE OLD NEW

  -n, --dry-run           say what would be done, and leave the file as it is
  -v, --verbose           say what is done
  -h, --help              this text

The file is changed as a whole or not at all.
`
