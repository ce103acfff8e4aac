import { copy } from '../commands/copy.ts'
import { parseCopy } from '../options/copy.ts'
import type { Output } from '../output.ts'
import { mistake } from './mistake.ts'

/** `h5copy`: the reference tool's options, output and exit status. */
export function h5copy(argv: string[], output: Output, warn: (message: string) => void, name = 'h5copy'): number {
  if (argv.length === 0) {
    output.text(HELP)
    return 1
  }
  const command = parseCopy(argv)
  switch (command.kind) {
    case 'help':
      output.text(HELP)
      return 0
    case 'version':
      output.text('h5copy: Version 2.2.0\n')
      return 0
    case 'mistake':
      return mistake(command.what, name, 1, warn)
    case 'run':
      return copy(command.options, output, warn)
  }
}

const HELP = `Copies an object, with everything in it, from one HDF5 file into another, or within one.

  h5copy -i runs.h5 -o archive.h5 -s /2024/07 -d /july            into a file that is there, or a new one
  h5copy -i runs.h5 -o archive.h5 -s /2024/07 -d /runs/july -p    makes /runs where it is missing
  h5copy -i runs.h5 -o part.h5 -s /2024 -d /2024 -f shallow -v    members of the group, but none of theirs

usage: h5copy -i FILE -o FILE -s PATH -d PATH [OPTIONS]

  -i, --input FILE         where the object is
  -o, --output FILE        where the copy goes; made where there is no such file
  -s, --source PATH        the object
  -d, --destination PATH   the copy, which must not be there
  -p, --parents            make the groups on the way to the copy
  -f, --flag FLAG          what is copied; may be given several times:
       shallow               members of a group, but not what they hold
       soft                  objects in the place of soft links to them
       ext                   objects in the place of links to other files
       ref                   objects that references lead to; without it, copied references lead nowhere
       noattr                no attributes
       allflags              all of these, and committed datatypes that are there in the place of copies
  -v, --verbose            say what is copied where
  -h, --help               this text
  -V, --version            the release whose output this follows
  --enable-error-stack     accepted, without effect

Chunks are copied as they are stored, whether their filters are known or not. The output changes as a whole, or not at all.
`
