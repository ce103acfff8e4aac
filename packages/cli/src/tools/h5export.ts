import { exportElements } from '../commands/export.ts'
import { parseExport } from '../options/export.ts'
import type { Output } from '../output.ts'

/** `h5 export`: the elements of an object in another format. */
export async function h5export(argv: string[], output: Output, warn: (message: string) => void): Promise<number> {
  const command = parseExport(argv)
  if (command.kind === 'help') {
    output.text(HELP)
    return 0
  }
  if (command.kind === 'mistake') {
    warn(`${command.what}; h5 export --help tells what there is`)
    return 2
  }
  await exportElements(command.options, output)
  return 0
}

const HELP = `Writes the elements of a dataset or an attribute in another format.

  h5 export data.h5/runs/1/x > x.csv                 comma-separated values
  h5 export data.h5/image -o image.npy               for NumPy
  h5 export data.h5/image -s '0:10, ::2' -f json     a part of it, as nested lists
  h5 export data.h5/x -o x.raw -t '<f4'              bytes, converted to another type
  h5 export data.h5/x -a unit                        an attribute

usage: h5 export FILE/OBJECT [OPTIONS]

  -o, --output FILE      where it goes, - for stdout; the file appears whole or not at all
  -f, --format FORMAT    csv, npy, raw or json; by default what the output's name says, else csv
  -s, --select TERMS     a part, as Python writes it: 3, 1:5, ::2, ...
  -t, --type TYPE        convert to another type (raw, npy)
  -a, --attribute NAME   an attribute of the object
  -h, --help             this text

CSV: the last axis makes columns, members of compounds have columns with their names. JSON: NaN and infinity are null,
bytes are hexadecimal.
`
