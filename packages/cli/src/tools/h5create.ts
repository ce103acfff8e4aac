import { create } from '../commands/create.ts'
import { parseCreate } from '../options/create.ts'
import type { Output } from '../output.ts'

/** `h5 create`: makes a file with what the command line says. */
export async function h5create(argv: string[], output: Output, warn: (message: string) => void): Promise<number> {
  const command = parseCreate(argv)
  if (command.kind === 'help') {
    output.text(HELP)
    return 0
  }
  if (command.kind === 'mistake') {
    warn(`${command.what}; h5 create --help tells what there is`)
    return 2
  }
  await create(command.options)
  return 0
}

const HELP = `Makes a file.

  h5 create new.h5 /runs/1 /runs/2                       groups
  h5 create new.h5 /x -d '0 0.5 1' -a unit=mm            a dataset with an attribute
  h5 create new.h5 /image -s 1000x800 -t u2 -z gzip=6 --shuffle --fill 65535
  h5 create new.h5 /table -i table.csv                   a table; also .npy, .json, and .raw with -t and -s
  h5 create new.h5 /log -s 0x3 -m infx3 -t f4            one that grows
  h5 create new.h5 /x -d '1 2 3' --scale=along /y -d '4 5 6' --attach 0=/x --label 0=x

usage: h5 create [FILE OPTIONS] FILE [/PATH [OPTIONS]] ...

The file:
  -f, --force             replace a file that is there
  --low V, --high V       oldest and newest forms: earliest, v108, v110, v112, v114, v200, latest
  --user-block BYTES      512, 1024, 2048 ... bytes of zeros in front
  --track-order           the root group keeps the order of its links

Each path is a group, unless options make it something else.
Datasets:
  -t, --type TYPE         i4, <f8, S10, str, bool, H5T_STD_I32BE, {x: f8, y: f8}, (3)f4, vlen<i4>, /committed/type ...
  -s, --shape 10x20       or scalar, null; by default that of the data
  -m, --max-shape 10xinf  the largest shape
  -c, --chunks 5x10       or auto, none
  -z, --compress NAME     gzip[=LEVEL], lzf, szip[=nn,PIXELS], zstd, lz4, bzip2, blosc, bitshuffle, NUMBER[=P,P...]
  --shuffle, --fletcher32, --scale-offset DIGITS|auto, --compact
  --fill VALUE            what was never written reads as
  -d, --data VALUES       words or JSON
  -i, --from FILE         values of a file, - for stdin; --format csv, npy, raw or json
  --lossy                 store numbers that the type does not hold as the nearest that it has
  --scale[=NAME]          make it a dimension scale
  --attach AXIS=PATH      attach one; --label AXIS=TEXT names the axis
Others:
  --commit TYPE           a committed datatype
  -l, --link PATH         a soft link; with --external FILE one to another file; --hard-link PATH another name
  -a, --attr NAME=VALUE   an attribute; any number of them
  --track-order           a group or dataset keeps the order of what it has

  -h, --help              this text

Nothing is left of a file that cannot be made whole.
`
