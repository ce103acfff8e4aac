import { repartFile } from '@h5kit/core/node'
import { parseRepart } from '../options/repart.ts'
import type { Output } from '../output.ts'
import { mistake } from './mistake.ts'

/** `h5repart`: the reference tool's options and exit status. */
export function h5repart(argv: string[], output: Output, warn: (message: string) => void, name = 'h5repart'): number {
  const command = parseRepart(argv)
  switch (command.kind) {
    case 'help':
      output.text(HELP)
      return 0
    case 'version':
      output.text('This is h5repart version 2.2 release 0\n')
      return 0
    case 'mistake':
      return mistake(command.what, name, 1, warn)
    case 'repart': {
      const { from, to, memberSize, toSingle, verbose } = command.choice
      repartFile(from, to, {
        ...(memberSize === undefined ? {} : { memberSize }),
        toSingle,
        visit: (use, name) => verbose && process.stderr.write(`${use === 'read' ? '<' : '>'} ${name}\n`),
      })
      return 0
    }
  }
}

const HELP = `Divides a file into parts of another size, or joins them to one file.

  h5repart -m 1g whole.h5 'part%05d.h5'                  one file to parts of 1 GB
  h5repart -m 4g 'part%05d.h5' 'larger%03d.h5'           parts to larger ones
  h5repart -family_to_single 'part%05d.h5' whole.h5      parts to one file

usage: h5repart [OPTIONS] SOURCE NEW

  -m N                  bytes of each new part; 1 GB where nothing is said
  -family_to_single     the new file is no longer one of several (also -family_to_sec2)
  -b N                  taken and not needed: blocks are as large as suits the work
  -v                    name the files that are read and written
  -h, --help            this text
  -V                    the release that this follows

Sizes may end with k, m or g. A name with a number in C's way (%d, %05d) is that of a family of files.
Holes stay holes, and all new files are complete before the first one gets its name.
`
