import { importFiles } from '../commands/import.ts'
import { parseImport } from '../options/import.ts'
import type { Output } from '../output.ts'
import { mistake } from './mistake.ts'

/** `h5import`: the reference tool's options and exit status, and files whose format says what is in them. */
export async function h5import(
  argv: string[],
  output: Output,
  warn: (message: string) => void,
  name = 'h5import',
): Promise<number> {
  const command = parseImport(argv)
  switch (command.kind) {
    case 'help':
      output.text(HELP)
      return 0
    case 'version':
      output.text('h5import: Version 2.2.0\n')
      return 0
    case 'mistake':
      return mistake(command.what, name, 1, warn)
    case 'import':
      await importFiles(command.inputs, command.output)
      return 0
  }
}

const HELP = `Makes datasets of files: of text, CSV, NPY, JSON and raw binary.

  h5import table.csv -p /run/1 -o out.h5                            a table, with the types of its columns
  h5import array.npy --chunks auto --gzip 4 --shuffle -o out.h5     NumPy's array, compressed
  h5import raw.bin --type '<f4' --shape 100x200 -o out.h5           raw bytes
  h5import numbers.txt -d 2,3 -t TEXTIN -s 32 -o out.h5             numbers of a text
  h5import numbers.txt -c numbers.conf -o out.h5                    as a configuration file says
  h5import raw.bin -c dump.txt -o out.h5                            as h5dump -p -o raw.bin -b described it

usage: h5import FILE [OPTIONS] [FILE [OPTIONS] ...] -o OUTPUT

Files with a format of their own; - is standard input
  -p PATH, --path PATH     of the dataset; groups on the way are made. Default /dataset0, /dataset1, ...
  --format F               csv, npy, json or raw, where the file's name does not tell
  --type T                 of the elements: '<i4', float32, H5T_STD_I32BE, S10, '{x: <f8, y: <f8}', ...
  --shape AxBx...          of the dataset
  --max-shape AxBx...      how far it may grow; unlimited for no limit
  --chunks AxBx...         or auto
  --gzip N                 compressed at level 0 to 9
  --shuffle, --fletcher32  bytes sorted by their place; a checksum of each chunk
  --lossy                  store numbers that the type does not hold as the nearest that it has

The reference's options, in this order
  -c CONFIG                a configuration file, or a dump with the data left out
  -d A,B,...               size of each dimension
  -p PATH                  of the dataset
  -t CLASS                 TEXTIN, TEXTUIN, TEXTFP, IN, UIN, FP (numbers in text and in bytes) or STR (lines)
  -s BITS                  of each number: 8, 16, 32 or 64

Keywords of a configuration file
  PATH, INPUT-CLASS, INPUT-SIZE, INPUT-BYTE-ORDER (LE or BE), RANK, DIMENSION-SIZES, OUTPUT-CLASS (IN, UIN or FP),
  OUTPUT-SIZE, OUTPUT-ARCHITECTURE (NATIVE, STD or IEEE), OUTPUT-BYTE-ORDER, CHUNKED-DIMENSION-SIZES,
  COMPRESSION-TYPE (GZIP), COMPRESSION-PARAM, EXTERNAL-STORAGE, MAXIMUM-DIMENSIONS (-1 for no limit)

Other
  -h, --help               this text
  -V, --version            the release whose exit status this follows

An output that is there gets the datasets besides what it has. All of them come to be, or none.
A number that does not fit its size is an error.
`
