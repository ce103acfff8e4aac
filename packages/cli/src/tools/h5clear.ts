import { clearFile, readFileEnds } from '@h5kit/core/node'
import { parseClear } from '../options/clear.ts'
import type { Output } from '../output.ts'
import { mistake } from './mistake.ts'

/** `h5clear`: the reference tool's options, output and exit status. */
export function h5clear(argv: string[], output: Output, warn: (message: string) => void, name = 'h5clear'): number {
  const command = parseClear(argv)
  switch (command.kind) {
    case 'help':
      output.text(HELP)
      return 0
    case 'version':
      output.text('h5clear: Version 2.2.0\n')
      return 0
    case 'mistake':
      return mistake(command.what, name, 1, warn)
    case 'sizes': {
      const { said, size } = readFileEnds(command.file)
      output.text(`EOA is ${said}; EOF is ${size} \n`)
      return 0
    }
    case 'clear': {
      const { hadCacheImage } = clearFile(command.file, command.options)
      if (command.options.cacheImage === true && !hadCacheImage) warn('no cache image in the file')
      return 0
    }
  }
}

const HELP = `Clears what keeps a file from being opened, in the file itself.

  h5clear -s crashed.h5               the marks of a writer that did not close the file
  h5clear -m image.h5                 the image of the metadata cache: what is in it goes to its places
  h5clear --filesize crashed.h5       where the file ends, and where it says so
  h5clear --increment crashed.h5      make both the same, 1 MB behind the larger one

usage: h5clear [OPTIONS] FILE

  -s, --status            clear the marks in the superblock
  -m, --image             write the image of the metadata cache to where it belongs, and remove it
  -z, --filesize          print the end of file address and the size of the file
  -i, --increment[=N]     make the end of file address N bytes larger than itself or than the file, whichever is
                          larger, and the file as long; 1 MB where nothing is said
  -h, --help              this text
  -V, --version           the release whose output this follows

A change happens as a whole or not at all. Damage is not repaired.
`
