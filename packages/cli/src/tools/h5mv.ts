import { moveLink } from '../commands/edit-links.ts'
import { parseEdit } from '../options/edit.ts'
import type { Output } from '../output.ts'

/** `h5 mv`. */
export function h5mv(argv: string[], output: Output, warn: (message: string) => void): number {
  const command = parseEdit(argv, RULES, 2)
  if (command.kind === 'help') {
    output.text(HELP)
    return 0
  }
  if (command.kind === 'mistake') {
    warn(`${command.what}; h5 mv --help tells what there is`)
    return 2
  }
  const { words, has } = command
  moveLink(words, { dryRun: has('dry-run'), verbose: has('verbose') }, output)
  return 0
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
