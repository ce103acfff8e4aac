import { appendRows } from '../commands/edit-data.ts'
import { editing, targetOf } from '../commands/edit-target.ts'
import { isElementFormat } from '../options/create.ts'
import type { EditCommand } from '../options/edit.ts'
import type { Output } from '../output.ts'
import { runEditTool } from './edit-tool.ts'

/** `h5 append`. */
export function h5append(argv: string[], output: Output, warn: (message: string) => void): Promise<number> {
  return runEditTool({ name: 'append', help: HELP, rules: RULES, least: 1, run }, argv, output, warn)
}

/** Does what is asked for; a text says what is wrong with the command line. */
async function run({ words, option, has }: EditCommand & { kind: 'run' }): Promise<string | undefined> {
  const format = option('format')
  const fromFile = option('from-file')
  if (format !== undefined && !isElementFormat(format)) return `"${format}" is no format`
  if (words.length < 2 && fromFile === undefined) return 'no value'
  const { name, path } = targetOf(words[0])
  await editing(name, (file) =>
    appendRows(file, path, { words: words.slice(1), fromFile, format, lossy: has('lossy') }),
  )
  return undefined
}

const RULES = [
  { letter: 'i', names: ['from-file'], value: 'required' },
  { names: ['format'], value: 'required' },
  { names: ['lossy'], value: 'none' },
] as const

const HELP = `Writes rows behind the last one of a dataset that can grow along its first axis.

  h5 append file.h5/log 21.5 21.7         two rows of one element, or one of two: as wide as the dataset is
  h5 append -i more.npy file.h5/log       what is in a file

usage: h5 append [OPTIONS] FILE/DATASET VALUE ...

  -i, --from-file=FILE    values of a CSV, NPY, JSON or raw file, by its name or --format
      --lossy             store numbers that the type does not hold as the nearest that it has
  -h, --help              this text

The file is changed as a whole or not at all.
`
