import { mkgrp } from '../commands/mkgrp.ts'
import { parseMkgrp } from '../options/mkgrp.ts'
import type { Output } from '../output.ts'
import { mistake } from './mistake.ts'

/** `h5mkgrp`: the reference tool's options, output and exit status. */
export function h5mkgrp(argv: string[], output: Output, warn: (message: string) => void, name = 'h5mkgrp'): number {
  const command = parseMkgrp(argv)
  switch (command.kind) {
    case 'help':
      output.text(HELP)
      return 0
    case 'version':
      output.text('h5mkgrp: Version 2.2.0\n')
      return 0
    case 'mistake':
      return mistake(command.what, name, 1, warn)
    case 'make':
      return mkgrp(command.options, output, warn)
  }
}

const HELP = `Makes groups in a file, which is made where it is not there.

  h5mkgrp file.h5 results             one group
  h5mkgrp -p file.h5 /2024/07/01      with the groups on the way to it
  h5mkgrp -l file.h5 a b c            several, in the latest form of the format

usage: h5mkgrp [OPTIONS] FILE GROUP ...

  -p, --parents           make groups on the way where they are missing
  -l, --latest            use the latest form of the format
  -v, --verbose           say what is made
  -h, --help              this text
  -V, --version           the release whose output this follows

The file is changed as a whole or not at all.
`
