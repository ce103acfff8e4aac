import type { File } from '@h5kit/core'
import { getAttribute, listAttributes, setAttribute } from '../commands/edit-attributes.ts'
import { editing, reading, rehearsed, targetOf } from '../commands/edit-target.ts'
import { isElementFormat } from '../options/create.ts'
import type { EditCommand } from '../options/edit.ts'
import { readAxes } from '../options/edit.ts'
import type { Output } from '../output.ts'
import { runEditTool } from './edit-tool.ts'
import { mistake } from './mistake.ts'

/** Words that each action needs. */
const ACTIONS: Record<string, number> = { list: 1, get: 2, set: 2, rm: 2, rename: 3 }

/** `h5 attr`. */
export async function h5attr(argv: string[], output: Output, warn: (message: string) => void): Promise<number> {
  const [action = ''] = argv
  if (action === '--help' || action === '-h') {
    output.text(HELP)
    return 0
  }
  const least = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined
  if (least === undefined) {
    const what = `attr has the actions ${Object.keys(ACTIONS).join(', ')}, and not "${action}"`
    return mistake(what, 'h5 attr', 2, warn)
  }
  const run = (command: EditCommand & { kind: 'run' }): Promise<string | undefined> => act(action, command, output)
  return runEditTool({ name: 'attr', help: HELP, rules: RULES, least, run }, argv.slice(1), output, warn)
}

/** Does what is asked for; a text says what is wrong with the command line. */
async function act(
  action: string,
  command: EditCommand & { kind: 'run' },
  output: Output,
): Promise<string | undefined> {
  const { words, option, has } = command
  const { name: file, path } = targetOf(words[0])
  const names = words.slice(1)
  switch (action) {
    case 'list':
      await listAttributes(file, path, output)
      return undefined
    case 'get':
      reading(file, (each) => getAttribute(each, path, names[0], has('json'), output))
      return undefined
    case 'rm':
      await removeAttributes(file, path, names, has('dry-run'), output)
      return undefined
    case 'rename':
      await editing(file, (each) => each.get(path).renameAttribute(names[0], names[1]))
      return undefined
  }
  const shapeText = option('shape')
  const shape = shapeText === undefined ? undefined : shapeText === 'null' ? null : readAxes(shapeText)
  if (shapeText !== undefined && shape === undefined) return `"${shapeText}" is no shape`
  const format = option('format')
  if (format !== undefined && !isElementFormat(format)) return `"${format}" is no format`
  const fromFile = option('from-file')
  const hasValue = names.length > 1 || fromFile !== undefined
  if (hasValue === (shape === null)) return hasValue ? 'a value, and --shape=null for none' : 'no value'
  const request = {
    name: names[0],
    words: names.slice(1),
    type: option('type'),
    shape,
    fromFile,
    format,
    modify: has('modify'),
    lossy: has('lossy'),
  }
  await editing(file, (each) => setAttribute(each, path, request, has('verbose'), output))
  return undefined
}

async function removeAttributes(
  name: string,
  path: string,
  names: string[],
  dryRun: boolean,
  output: Output,
): Promise<void> {
  const remove = (file: File): void => {
    const object = file.get(path)
    for (const each of names) object.deleteAttribute(each)
  }
  if (!dryRun) {
    await editing(name, remove)
    return
  }
  const { reclaimable } = await rehearsed(name, remove)
  for (const each of names) output.text(`would remove the attribute ${each} of ${path}\n`)
  output.text(`${reclaimable} bytes of ${name} would become reclaimable\n`)
}

const RULES = [
  { letter: 't', names: ['type'], value: 'required' },
  { letter: 's', names: ['shape'], value: 'required' },
  { letter: 'i', names: ['from-file'], value: 'required' },
  { names: ['format'], value: 'required' },
  { names: ['lossy'], value: 'none' },
  { letter: 'm', names: ['modify'], value: 'none' },
  { letter: 'j', names: ['json'], value: 'none' },
  { letter: 'n', names: ['dry-run'], value: 'none' },
  { letter: 'v', names: ['verbose'], value: 'none' },
] as const

const HELP = `Shows and changes attributes.

  h5 attr list file.h5/data                        names, types and shapes
  h5 attr get file.h5/data unit                    the value, an element a line
  h5 attr set file.h5/data unit m/s                a text; numbers are 8-byte integers or floats, as in h5py
  h5 attr set -t '<f4' file.h5 range -1.5 1.5      several values, of a certain type
  h5 attr set --modify file.h5 range 0 2           another value of the type that the attribute has
  h5 attr rm file.h5/data unit                     away with it
  h5 attr rename file.h5 unti unit                 another name

usage: h5 attr list FILE[/OBJECT]
       h5 attr get [--json] FILE[/OBJECT] NAME
       h5 attr set [OPTIONS] FILE[/OBJECT] NAME VALUE ...
       h5 attr rm [--dry-run] FILE[/OBJECT] NAME ...
       h5 attr rename FILE[/OBJECT] NAME NEW-NAME

  -t, --type=TYPE         i4, <f8, S10, S (as long as the text), utf8, H5T_STD_I32BE, H5T_STD_REF_OBJ ...
  -s, --shape=N,M         the shape; "scalar", or "null" for no value at all
  -i, --from-file=FILE    values of a CSV, NPY, JSON or raw file, by its name or --format
      --lossy             store numbers that the type does not hold as the nearest that it has
  -m, --modify            keep the type and the shape
  -j, --json              print JSON
  -n, --dry-run           say what would be removed, and leave the file as it is
  -v, --verbose           say what was written
  -h, --help              this text

A value that begins with a minus and a letter stands behind "--". The file is changed as a whole or not at all.
`
