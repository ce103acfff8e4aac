import { makeLink } from '../commands/edit-links.ts'
import type { EditCommand } from '../options/edit.ts'
import type { Output } from '../output.ts'
import { runEditTool } from './edit-tool.ts'

/** `h5 ln`. */
export function h5ln(argv: string[], output: Output, warn: (message: string) => void): Promise<number> {
  return runEditTool({ name: 'ln', help: HELP, rules: RULES, least: 2, run }, argv, output, warn)
}

async function run({ words, option, has }: EditCommand & { kind: 'run' }, output: Output): Promise<undefined> {
  const common = { dryRun: has('dry-run'), verbose: has('verbose') }
  await makeLink(words, { ...common, soft: has('soft'), external: option('external') }, output)
}

const RULES = [
  { letter: 's', names: ['soft'], value: 'none' },
  { letter: 'e', names: ['external'], value: 'required' },
  { letter: 'n', names: ['dry-run'], value: 'none' },
  { letter: 'v', names: ['verbose'], value: 'none' },
] as const

const HELP = `Makes links.

  h5 ln file.h5 /data /same                       another name for an object
  h5 ln --soft file.h5 /data/latest /latest       a link to whatever is at a path
  h5 ln --external other.h5 file.h5 /data /there  a link to an object in another file

usage: h5 ln [OPTIONS] FILE TARGET NAME

  -s, --soft              a soft link
  -e, --external=FILE     a link to an object in that file
  -n, --dry-run           say what would be done, and leave the file as it is
  -v, --verbose           say what is done
  -h, --help              this text

The file is changed as a whole or not at all.
`
