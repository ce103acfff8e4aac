import { ls } from '../commands/ls.ts'
import { parseLs } from '../options/ls.ts'
import type { Output } from '../output.ts'
import { isTerminal } from '../system.ts'
import { mistake } from './mistake.ts'

/** `h5ls`: the reference tool's options, output and exit status. */
export async function h5ls(
  argv: string[],
  output: Output,
  warn: (message: string) => void,
  name = 'h5ls',
): Promise<number> {
  const command = parseLs(argv, defaultWidth())
  switch (command.kind) {
    case 'help':
      output.text(HELP)
      return 0
    case 'version':
      output.text('h5ls: Version 2.2.0\n')
      return 0
    case 'mistake':
      return mistake(command.what, name, 1, warn)
    case 'list':
      for (const note of command.notes) warn(note)
      return await ls(command.options, output, warn)
  }
}

/** Columns of the terminal; COLUMNS says it where it is set. */
function defaultWidth(): number {
  const columns = process.env.COLUMNS
  if (isTerminal(2) && process.stderr.columns > 0) return process.stderr.columns
  return columns !== undefined && /^\d/.test(columns) ? Math.max(1, Number.parseInt(columns, 10)) : 80
}

const HELP = `Lists what is in HDF5 files.

  h5ls file.h5                 the root group's links
  h5ls -r file.h5              all groups, recursively
  h5ls -vlr file.h5            everything about every object
  h5ls -d file.h5/path/dset    the values of a dataset
  h5ls 'part%05d.h5'           a file in several parts

usage: h5ls [OPTIONS] FILE[/OBJECT] ...

What is listed
  -r, --recursive              groups within groups, each object once
  -g, --group                  a group itself instead of what is in it
  -f, --full                   full paths instead of last names
  --follow-symlinks            show what soft and external links lead to
  --no-dangling-links          with --follow-symlinks: status 1 where a link leads nowhere
  -E, --external               follow external links (older form of --follow-symlinks)

What is shown of it
  -v, --verbose                attributes, location, links, time, storage, filters, type
  -a, --address                with -v: where the raw data is
  -d, --data                   the values of datasets, and with -v of attributes
  -l, --label                  with -d: the names of compound members
  -s, --string                 with -d: 1-byte integers as text
  -x, --hexdump                with -d: raw bytes
  -S, --simple                 the same text on every machine, one element a line
  -wN, --width=N               columns of a line of data; 0 for no limit
  --utf8                       UTF-8 in names and strings as it is, where it can be printed
  --color[=WHEN]               colours: always, never, or auto, which is on a terminal

Other
  --vfd=NAME, --vfd-name=NAME  file driver: sec2, stdio, core, family, split, multi or onion
  --vfd-value=N                the same by the library's number
  --vfd-info=N                 with onion: the revision; the latest where nothing is said
  --filter-module=FILE         JavaScript module whose default export is a filter, or an array of them:
                               { id, name, decode(bytes, parameters, limit), encode?(bytes, parameters) }
  --page-buffer-size=N, --enable-error-stack, -e   accepted, without effect
  -h, -?, --help               this text
  -V, --version                the release whose output this follows
`
