import { jam } from '../commands/jam.ts'
import { parseJam } from '../options/jam.ts'
import type { Output } from '../output.ts'
import { mistake } from './mistake.ts'

/** `h5jam`: the reference tool's options and exit status. */
export function h5jam(argv: string[], output: Output, warn: (message: string) => void, name = 'h5jam'): number {
  const command = parseJam(argv)
  switch (command.kind) {
    case 'help':
      output.text(HELP)
      return 0
    case 'version':
      output.text('h5jam: Version 2.2.0\n')
      return 0
    case 'mistake':
      return mistake(command.what, name, 1, warn)
    case 'run':
      return jam(command.options, warn)
  }
}

const HELP = `Puts a file in front of an HDF5 file, where HDF5 does not look: into its user block.

  h5jam -i data.h5 -u notes.txt -o out.h5    a new file with notes.txt in its user block
  h5jam -i data.h5 -u notes.txt              the file itself gets one

usage: h5jam -i FILE -u FILE [-o FILE] [--clobber]

  -i FILE          the HDF5 file
  -u FILE          what goes into the user block: anything but an HDF5 file
  -o FILE          where the new file goes; without it, the HDF5 file itself is replaced
  --clobber, -c    give up the user block that is there; without it, the new part goes behind it
  -h, --help       this text
  -V, --version    the release whose exit status this follows

A user block has 512 bytes, or 1024, 2048, ...; the rest of it is zeros. Files appear whole or not at all.
`
