import { setValues } from '../commands/edit-data.ts'
import { editing, targetOf } from '../commands/edit-target.ts'
import { isElementFormat } from '../options/create.ts'
import type { EditCommand } from '../options/edit.ts'
import { readAxes } from '../options/edit.ts'
import type { Output } from '../output.ts'
import { runEditTool } from './edit-tool.ts'

/** `h5 set`. */
export function h5set(argv: string[], output: Output, warn: (message: string) => void): Promise<number> {
  return runEditTool({ name: 'set', help: HELP, rules: RULES, least: 1, run }, argv, output, warn)
}

/** Does what is asked for; a text says what is wrong with the command line. */
async function run({ words, option, has }: EditCommand & { kind: 'run' }): Promise<string | undefined> {
  const format = option('format')
  const fromFile = option('from-file')
  if (format !== undefined && !isElementFormat(format)) return `"${format}" is no format`
  if (words.length < 2 && fromFile === undefined) return 'no value'
  const slab: Record<string, number[] | undefined> = {}
  for (const name of ['start', 'stride', 'count', 'block']) {
    const text = option(name)
    slab[name] = text === undefined ? undefined : readAxes(text)
    if (text !== undefined && slab[name] === undefined) return `"${text}" is no list of whole numbers`
  }
  const { start, stride, count, block } = slab
  const { name, path } = targetOf(words[0])
  const values = { words: words.slice(1), fromFile, format, lossy: has('lossy') }
  await editing(name, (file) => setValues(file, path, values, { start, stride, count, block }))
  return undefined
}

const RULES = [
  { letter: 's', names: ['start'], value: 'required' },
  { letter: 'S', names: ['stride'], value: 'required' },
  { letter: 'c', names: ['count'], value: 'required' },
  { letter: 'k', names: ['block'], value: 'required' },
  { letter: 'i', names: ['from-file'], value: 'required' },
  { names: ['format'], value: 'required' },
  { names: ['lossy'], value: 'none' },
] as const

const HELP = `Writes values to elements of a dataset.

  h5 set file.h5/data 0                            all elements
  h5 set -s 10,0 -c 1,3 file.h5/data 1.5 2.5 3.5   three elements of a row
  h5 set -i values.npy file.h5/data                what is in a file

usage: h5 set [OPTIONS] FILE/DATASET VALUE ...

  -s, --start=N,M         where the part begins; without any of these four, it is the whole dataset
  -S, --stride=N,M        from one block to the next
  -c, --count=N,M         number of blocks
  -k, --block=N,M         size of a block
  -i, --from-file=FILE    values of a CSV, NPY, JSON or raw file, by its name or --format
      --lossy             store numbers that the type does not hold as the nearest that it has
  -h, --help              this text

The file is changed as a whole or not at all.
`
