import { repack } from '../commands/repack.ts'
import { parseRepack } from '../options/repack-arguments.ts'
import type { Output } from '../output.ts'

const DURING = { option: '', parsing: 'parsing command-line options', repacking: 'repacking' }

/** `h5repack`: the reference tool's options, output and exit status. */
export async function h5repack(argv: string[], output: Output, warn: (message: string) => void): Promise<number> {
  const command = parseRepack(argv)
  switch (command.kind) {
    case 'help':
      output.text((await import('./h5repack-help.ts')).HELP)
      return 0
    case 'version':
      output.text('h5repack: Version 2.2.0\n')
      return 0
    case 'mistake':
      warn(`${command.what}; h5repack --help tells what there is`)
      if (command.during !== 'option') output.text(`Error occurred while ${DURING[command.during]}\n`)
      return 1
    case 'repack':
      for (const note of command.notes) warn(note)
      return await repack(command.options, { say: (text) => output.text(text), warn }, false)
  }
}
