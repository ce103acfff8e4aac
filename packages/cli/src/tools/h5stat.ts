import { stat } from '../commands/stat.ts'
import { parseStat } from '../options/stat.ts'
import type { Output } from '../output.ts'
import { mistake } from './mistake.ts'

/** `h5stat`: the reference tool's options, output and exit status. */
export async function h5stat(
  argv: string[],
  output: Output,
  warn: (message: string) => void,
  name = 'h5stat',
): Promise<number> {
  const command = parseStat(argv)
  switch (command.kind) {
    case 'help':
      output.text(HELP)
      return 0
    case 'version':
      output.text(VERSION)
      return 0
    case 'mistake':
      return mistake(command.what, name, 1, warn)
    case 'report':
      if (command.version) output.text(VERSION)
      for (const note of command.notes) warn(note)
      return await stat(command.options, output, warn)
  }
}

const VERSION = 'h5stat: Version 2.2.0\n'

const HELP = `Counts what is in an HDF5 file and what its bytes are used for.

  h5stat file.h5               everything
  h5stat -S file.h5            how much is metadata, raw data and free space
  h5stat -F file.h5            the bytes of each kind of metadata
  h5stat --json file.h5        everything, for a program

usage: h5stat [OPTIONS] FILE

What is counted
  -f, --file                   objects and links
  -F, --filemetadata           bytes of the file's metadata
  -g, --group                  groups by their number of links
  -G, --groupmetadata          bytes of the groups' metadata
  -d, --dset                   datasets: ranks, sizes, storage, layouts, filters
  -D, --dsetmetadata           bytes of the datasets' metadata
  -T, --dtypemetadata          datatypes of datasets
  -A, --attribute              objects by their number of attributes
  -s, --freespace              sections of free space that the file keeps track of
  -S, --summary                metadata, raw data, free space and the rest
  -O, --object=PATH            an object's name, if it and all below it can be read

What is small
  -l N, --links=N              groups with fewer than N links (default 10)
  -m N, --dims=N               1-D datasets with fewer than N elements (default 10)
  -a N, --numattrs=N           objects with N attributes at most (default 10)

Other
  --json                       one JSON object instead of text
  --vfd-name=NAME              file driver: sec2, stdio, core, family, split, multi or onion
  --vfd-value=N                the same by the library's number
  --vfd-info=N                 with onion: the revision
  --page-buffer-size=N, --enable-error-stack, -E   accepted, without effect
  -h, --help                   this text
  -V, --version                the release whose output this follows
`
