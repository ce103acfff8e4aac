import { Command } from 'commander'
import type { Output } from './output.ts'

const VERSION = '0.1.0'
const REFERENCE = '2.2.0'

/** What each command does, for the help and for the commands' list. */
const SUMMARIES: Record<string, string> = {
  append: 'write rows at the end of a dataset',
  attr: 'list, read, set, remove and rename attributes',
  clear: 'clear what keeps a file from being opened, as h5clear does',
  copy: 'copy objects into a file, as h5copy does',
  create: 'make a file with groups, datasets, types and links',
  check: 'validate files against the format, as no reference tool does',
  diff: 'compare two files or objects in them, as h5diff does',
  dump: 'show what is in files, as h5dump does',
  export: 'write the elements of a dataset as CSV, NPY, raw bytes or JSON',
  'format-convert': 'make a file one that release 1.8 understands, as h5format_convert does',
  import: 'make datasets of text, CSV, NPY and raw binary files, as h5import does and beyond',
  jam: 'put a file into the user block of a file, as h5jam does',
  ln: 'make hard, soft and external links',
  ls: 'list what is in files, as h5ls does',
  mkgrp: 'make groups, as h5mkgrp does',
  mv: 'give an object another name or another group',
  repack: 'write a file anew, in other layouts and with other filters, as h5repack does',
  repart: 'divide a file into parts of another size, as h5repart does',
  resize: 'give a dataset another size',
  rm: 'remove links, and objects with them',
  set: 'write values to a part of a dataset',
  stat: 'count what is in a file and what its bytes are used for, as h5stat does',
  unjam: 'take the user block off a file, as h5unjam does',
}

/**
 * `h5` without one of its commands: the list of them, the version, or a line that says what is wrong. Returns the exit
 * status.
 *
 * @param tools the reference tools' names, and like them those of commands of our own
 */
export function commandList(
  tools: readonly string[],
  argv: readonly string[],
  output: Output,
  warn: (message: string) => void,
): number {
  const h5 = new Command('h5')
    .usage('COMMAND [OPTIONS] FILE ...')
    .addHelpText(
      'beforeAll',
      'HDF5 files on the command line.\n\n  h5 ls -vlr file.h5           everything in a file\n  h5 ls -d file.h5/path/dset   the values of a dataset\n',
    )
    .version(
      `h5kit ${VERSION}, output as HDF5 ${REFERENCE}`,
      '-V, --version',
      'names this version and the HDF5 release whose output it follows',
    )
    .exitOverride()
    .configureOutput({ writeOut: (text) => output.text(text), writeErr: () => {} })
  for (const tool of tools) {
    const command = tool.slice(2).replaceAll('_', '-')
    h5.command(command)
      .helpOption(false)
      .description(SUMMARIES[command] ?? '')
  }
  try {
    h5.parse(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof Error && 'exitCode' in error && 'code' in error)) throw error
    if (error.exitCode === 0) return 0
    warn(
      argv.length === 0
        ? 'no command; h5 --help lists them'
        : error.message
            .replace(/^error: /, '')
            .split('\n')
            .join(' '),
    )
    return 2
  }
  return 0
}
