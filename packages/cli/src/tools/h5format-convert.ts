import { formatConvert } from '../commands/format-convert.ts'
import { parseConvert } from '../options/format-convert.ts'
import type { Output } from '../output.ts'
import { mistake } from './mistake.ts'

/** `h5format_convert`: the reference tool's options, output and exit status. */
export function h5formatConvert(
  argv: string[],
  output: Output,
  warn: (message: string) => void,
  name = 'h5format_convert',
): number {
  const command = parseConvert(argv)
  switch (command.kind) {
    case 'help':
      output.text(HELP)
      return 0
    case 'version':
      output.text('h5format_convert: Version 2.2.0\n')
      return 0
    case 'mistake':
      return mistake(command.what, name, 1, warn)
    case 'convert':
      return formatConvert(command.options, output, warn)
  }
}

const HELP = `Makes a file one that release 1.8 of the HDF5 library understands, in the file itself.

  h5format_convert new.h5                      all datasets, and the superblock
  h5format_convert -d /group/dataset new.h5    one dataset, and the superblock
  h5format_convert -n -v new.h5                tell what would be done

usage: h5format_convert [OPTIONS] FILE

  -d NAME, --dname=NAME    the one dataset that is converted
  -n, --noop               change nothing
  -v, --verbose            tell each step
  --enable-error-stack     accepted, without effect
  -h, --help               this text
  -V, --version            the release whose output this follows

Chunks get a version 1 B-tree, layouts version 3 and the superblock version 2; free space that outlives the closing of
the file is given up. Virtual datasets stay as they are: that release cannot read them. The conversion happens as a
whole or not at all.
`
