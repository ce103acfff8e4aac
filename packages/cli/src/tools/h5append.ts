import { appendRows } from '../commands/edit-data.ts'
import { editing, targetOf } from '../commands/edit-target.ts'
import type { ElementFormat } from '../options/create.ts'
import { ELEMENT_FORMATS } from '../options/create.ts'
import type { EditCommand } from '../options/edit.ts'
import { parseEdit } from '../options/edit.ts'
import type { Output } from '../output.ts'

/** `h5 append`. */
export function h5append(argv: string[], output: Output, warn: (message: string) => void): number {
  const command = parseEdit(argv, RULES, 1)
  if (command.kind === 'help') {
    output.text(HELP)
    return 0
  }
  const mistake = command.kind === 'mistake' ? command.what : run(command)
  if (mistake === undefined) return 0
  warn(`${mistake}; h5 append --help tells what there is`)
  return 2
}

/** Does what is asked for; a text says what is wrong with the command line. */
function run({ words, option }: EditCommand & { kind: 'run' }): string | undefined {
  const format = option('format')
  const fromFile = option('from-file')
  if (!isFormat(format)) return `"${format}" is no format`
  if (words.length < 2 && fromFile === undefined) return 'no value'
  const { name, path } = targetOf(words[0])
  editing(name, (file) => appendRows(file, path, { words: words.slice(1), fromFile, format }))
  return undefined
}

function isFormat(text: string | undefined): text is ElementFormat | undefined {
  return text === undefined || ELEMENT_FORMATS.some((each) => each === text)
}

const RULES = [
  { letter: 'i', names: ['from-file'], value: 'required' },
  { names: ['format'], value: 'required' },
] as const

const HELP = `Writes rows behind the last one of a dataset that can grow along its first axis.

  h5 append file.h5/log 21.5 21.7         two rows of one element, or one of two: as wide as the dataset is
  h5 append -i more.npy file.h5/log       what is in a file

usage: h5 append [OPTIONS] FILE/DATASET VALUE ...

  -i, --from-file=FILE    values of a CSV, NPY, JSON or raw file, by its name or --format
  -h, --help              this text

The file is changed as a whole or not at all.
`
