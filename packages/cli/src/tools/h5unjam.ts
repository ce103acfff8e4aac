import { unjam } from '../commands/jam.ts'
import { parseUnjam } from '../options/jam.ts'
import type { Output } from '../output.ts'
import { mistake } from './mistake.ts'

/** `h5unjam`: the reference tool's options, output and exit status. */
export function h5unjam(argv: string[], output: Output, warn: (message: string) => void, name = 'h5unjam'): number {
  const command = parseUnjam(argv)
  switch (command.kind) {
    case 'help':
      output.text(HELP)
      return 0
    case 'version':
      output.text('h5unjam: Version 2.2.0\n')
      return 0
    case 'mistake':
      return mistake(command.what, name, 1, warn)
    case 'run':
      return unjam(command.options, output, warn)
  }
}

const HELP = `Takes the user block off an HDF5 file: what is in front of it, where HDF5 does not look.

  h5unjam -i data.h5 -u notes.txt -o out.h5    the user block to notes.txt, the rest to out.h5
  h5unjam -i data.h5 -o out.h5 > notes.txt     likewise
  h5unjam -i data.h5 --delete --in-place       the file itself loses it

usage: h5unjam -i FILE -o FILE [-u FILE | --delete]

  -i FILE          the HDF5 file
  -o FILE          where the rest goes
  --in-place       replace the HDF5 file itself instead
  -u FILE          where the user block goes; without it, to standard output
  --delete         give up the user block
  -h, --help       this text
  -V, --version    the release whose output this follows

Files appear whole or not at all.
`
