import { repack } from '../commands/repack.ts'
import type { RepackOptions } from '../options/repack.ts'
import { parseRepack } from '../options/repack-arguments.ts'
import type { Output } from '../output.ts'

type Warn = (message: string) => void

/** `h5repack`: the reference tool's options, output and exit status. */
export function h5repack(argv: string[], output: Output, warn: Warn): Promise<number> {
  return run(argv, output, warn, false)
}

/** `h5 repack`: the same, but all of a file that can be read is written, or nothing. */
export function wholeRepack(argv: string[], output: Output, warn: Warn): Promise<number> {
  return run(argv, output, warn, true)
}

async function run(argv: string[], output: Output, warn: Warn, whole: boolean): Promise<number> {
  const command = parseRepack(argv)
  switch (command.kind) {
    case 'help':
      output.text((await import('./h5repack-help.ts')).HELP)
      return 0
    case 'version':
      output.text('h5repack: Version 2.2.0\n')
      return 0
    case 'mistake':
      warn(`${command.what}; ${whole ? 'h5 repack' : 'h5repack'} --help tells what there is`)
      if (whole) return 2
      if (command.during === 'parsing') output.text('Error occurred while parsing command-line options\n')
      return command.during === 'file' ? 0 : 1
    case 'repack':
      if (whole && command.surplus.length > 0) {
        warn(`too many file names: "${command.surplus[0]}"; h5 repack --help tells what there is`)
        return 2
      }
      for (const note of command.notes) warn(note)
      if (!whole) forgetUserBlock(command.options, warn)
      return await repack(command.options, { say: (text) => output.text(text), warn }, whole)
  }
}

/** The reference guesses the size of a user block where it tells of it, and has no use for the file otherwise. */
function forgetUserBlock(options: RepackOptions, warn: Warn): void {
  if (!options.userBlockGuessed || options.verbose > 0) return
  warn(`-u without -b puts nothing of "${options.userBlockFile}" in front of the new file (h5 repack does)`)
  options.userBlockFile = undefined
  options.userBlock = 0
}
