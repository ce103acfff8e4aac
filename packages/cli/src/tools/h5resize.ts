import { editing, targetOf } from '../commands/edit-target.ts'
import type { EditCommand } from '../options/edit.ts'
import { readAxes } from '../options/edit.ts'
import type { Output } from '../output.ts'
import { runEditTool } from './edit-tool.ts'

/** `h5 resize`. */
export function h5resize(argv: string[], output: Output, warn: (message: string) => void): Promise<number> {
  return runEditTool({ name: 'resize', help: HELP, rules: RULES, least: 2, run }, argv, output, warn)
}

/** Does what is asked for; a text says what is wrong with the command line. */
async function run({ words }: EditCommand & { kind: 'run' }): Promise<string | undefined> {
  const { name, path } = targetOf(words[0])
  const text = words.slice(1).join()
  const shape = readAxes(text)
  if (shape === undefined) return `"${text}" is no shape`
  await editing(name, (file) => file.dataset(path).resize(shape))
  return undefined
}

const RULES = [] as const

const HELP = `Gives a dataset that is stored in chunks, or in other files, another size, within its largest.

  h5 resize file.h5/log 1000              1000 rows
  h5 resize file.h5/image 480x640         480 by 640 elements

usage: h5 resize FILE/DATASET N[,M ...]

  -h, --help              this text

The file is changed as a whole or not at all.
`
