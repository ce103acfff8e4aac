import { check } from '../commands/check.ts'
import { parseCheck } from '../options/check.ts'
import type { Output } from '../output.ts'

/** `h5 check`: validates files against the file format specification. */
export async function h5check(argv: string[], output: Output, warn: (message: string) => void): Promise<number> {
  const command = parseCheck(argv)
  switch (command.kind) {
    case 'help':
      output.text(HELP)
      return 0
    case 'mistake':
      warn(`${command.what}; h5 check --help tells what there is`)
      return 2
    case 'check':
      return await check(command.options, output, warn)
  }
}

const HELP = `Validates HDF5 files against the file format specification.

  h5 check file.h5                               what is wrong with a file, and what its bytes are used for
  h5 check --data file.h5                        decode every chunk too, and verify its checksum
  h5 check --policy strict upload.h5             a file of a stranger
  h5 check --recover saved.h5 damaged.h5         what is still readable, in a new file
  find . -name '*.h5' | h5 check --files-from - --keep-going --jobs auto --ndjson

usage: h5 check [OPTIONS] FILE ...

What is checked
  --data                  decode all chunks, which verifies their checksums
  --policy strict         limits for files of strangers: 1 MB of one structure of metadata, 1 GB of one dataset,
                          groups nested 32 deep, 2^20 chunks of one dataset, 2^20 objects, and neither external links
                          nor elements in other files or datasets
  --policy default        64 MB of one structure of metadata, groups nested 1000 deep
  --max-metadata SIZE, --max-dataset SIZE, --max-depth N, --max-chunks N, --max-objects N
                          one of the limits in the place of the policy's; sizes and numbers may end with K, M, G or T
  --deny WHAT, --allow WHAT
                          external-links or other-storage, or both with a comma between them: links to other files,
                          and elements in other files (external storage) or datasets (virtual ones)

Many files
  --files-from FILE       further files, one a line; - for those that come on stdin
  -k, --keep-going        go on behind a file with findings
  -j N, --jobs N          check so many files at once; auto for as many as there are processors

A damaged file
  --recover OUT           write what is still readable of one file into a new one, and say what was lost;
                          an object whose name is lost is named lost-ADDRESS there

What is printed
  --json                  one document about all files
  --ndjson                one line of JSON a file, as soon as it was checked
  -v, --verbose           what the bytes are used for, of several files too
  --color[=WHEN]          colours: always, never, or auto, which is on a terminal

Other
  --filter-module FILE    JavaScript module whose default export is a filter, or an array of them
  -h, --help              this text

Each finding has a severity (error: against the format; warning: allowed, but should not be; note: nothing wrong), the
object's path, the structure with its address and its section in the specification, and in brackets a code that stays
the same from release to release. Unreachable bytes are what a repack would give back.

Exit status: 0 all files are sound (there may be notes), 1 something was found or a file cannot be opened, 2 wrong usage.
`
