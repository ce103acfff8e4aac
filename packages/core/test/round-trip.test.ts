import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import type { ExecutionContext } from 'ava'
import test from 'ava'
import type { File } from '../src/api/file.ts'
import { Hdf5Error } from '../src/errors.ts'
import type { Decoded } from '../src/format/file-image.ts'
import { readSuperblock, superblockStructure } from '../src/format/superblock.ts'
import { BufferSource } from '../src/io/buffer-source.ts'
import { measure } from '../src/io/measure.ts'
import { Reader } from '../src/io/reader.ts'
import type { Sizes } from '../src/io/structure.ts'
import { decodeWith } from '../src/io/structure.ts'
import { trace } from '../src/io/trace.ts'
import { encode } from '../src/io/writer.ts'
import { openFile } from '../src/node.ts'
import { walk } from './support/walk.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Header messages and references stand in extents whose length is given elsewhere and may be larger. */
const PADDED = /^(IV\.A\.2|VIII)/

/** What is said of a structure whose bytes do not come back as they were; undefined where they do. */
function breach({ structure, bytes, value, params, address }: Decoded, sizes: Sizes): string | undefined {
  const where = `${structure.name} at ${address}`
  const written = encode(structure, value, sizes, params)
  const measured = measure(structure, value, sizes, params)
  if (measured !== written.length) return `${where}: measured as ${measured}, written as ${written.length} bytes`
  const left = bytes.length - written.length
  if (left < 0 || (left > 0 && !PADDED.test(structure.spec))) return `${where}: ${left} bytes are left`
  const rows = trace(structure, bytes, address, sizes, params)
  for (let i = 0; i < written.length; i++) {
    if (written[i] === bytes[i]) continue
    const row = rows.find((each) => each.address - address <= i && i < each.address - address + each.length)
    if (row?.reserved === true || (row?.field === BITS && sameValue({ structure, value, params }, written, sizes)))
      continue
    return `${where}: byte ${i} (${row?.field}) is ${bytes[i]}, written as ${written[i]}`
  }
  return undefined
}

/** Some bits of this field mean nothing, which ones depends on the rest of the message. */
const BITS = 'Class Bit Field'

function sameValue(
  { structure, value, params }: Pick<Decoded, 'structure' | 'value' | 'params'>,
  bytes: Uint8Array,
  sizes: Sizes,
): boolean {
  return isDeepStrictEqual(decodeWith(new Reader(structure.name, bytes, 0, sizes), structure, params), value)
}

/** How often each structure was met. */
type Tally = Map<string, number>

function breaches(file: File, tally: Tally): string[] {
  const found: string[] = []
  const checked = new Set<string>()
  file.image.patch([])
  file.image.observer = (decoded) => {
    const key = `${decoded.structure.name} ${decoded.address} ${decoded.bytes.byteOffset} ${decoded.bytes.length}`
    if (checked.has(key)) return
    checked.add(key)
    tally.set(decoded.structure.name, (tally.get(decoded.structure.name) ?? 0) + 1)
    const what = breach(decoded, file.image.sizes)
    if (what !== undefined) found.push(what)
  }
  walk(file)
  return found
}

function superblockBreach(path: string, tally: Tally): string | undefined {
  const { superblock, bytes, location } = readSuperblock(new BufferSource(readFileSync(path)))
  tally.set('Superblock', (tally.get('Superblock') ?? 0) + 1)
  const { sizes } = superblock
  const length = measure(superblockStructure, superblock, sizes, sizes)
  const decoded = { structure: superblockStructure, address: location, bytes: bytes.subarray(0, length) }
  return breach({ ...decoded, value: superblock, params: sizes } as unknown as Decoded, sizes)
}

function openOrNot(path: string): File | undefined {
  try {
    return openFile(path, { allowTruncated: true })
  } catch (error) {
    if (error instanceof Hdf5Error) return undefined
    throw error
  }
}

function holds(t: ExecutionContext, folder: string): Tally {
  const tally: Tally = new Map()
  for (const name of readdirSync(folder).sort()) {
    const file = openOrNot(join(folder, name))
    if (file === undefined) continue
    try {
      t.is(superblockBreach(join(folder, name), tally), undefined, name)
      t.deepEqual(breaches(file, tally), [], name)
    } finally {
      file.close()
    }
  }
  t.log([...tally].map(([name, count]) => `${name} ${count}`).join(', '))
  return tally
}

/** What the files hold at least: a walk that leaves something out would prove nothing. */
const GOLDEN = [
  'Superblock',
  'Version 1 Object Header',
  'Version 2 Object Header',
  'Object Header Continuation Block',
  'Version 1 B-tree Node',
  'Symbol Table Node',
  'Local Heap',
  'Version 2 B-tree Header',
  'Version 2 B-tree Node',
  'Fractal Heap Header',
  'Fractal Heap Direct Block',
  'Fractal Heap Indirect Block',
  'Free-space Manager Header',
  'Free-space Section List',
  'Global Heap Collection',
  'Fixed Array Header',
  'Fixed Array Data Block',
  'Extensible Array Header',
  'Extensible Array Index Block',
  'Extensible Array Secondary Block',
  'Extensible Array Data Block',
  'Data Block Page',
  'Symbol Table Message',
  'Link Info Message',
  'Group Info Message',
  'Link Message',
  'Attribute Info Message',
  'Attribute Message',
  'Dataspace Message',
  'Datatype Message',
  'Fill Value Message',
  'Fill Value (old) Message',
  'Data Layout Message',
  'Filter Pipeline Message',
  'External Data Files Message',
  'Object Comment Message',
  'Object Modification Time Message',
  'Object Reference Count Message',
  'File Space Info Message',
  'Shared Message',
  'Reference Header',
  'Reference Block',
  'Reference for H5R_DATASET_REGION1',
  'Global Heap Block for Virtual Datasets',
  'Metadata Cache Image Message',
  'Metadata Cache Image Block',
  'Object Modification Time (Old) Message',
  'Shared Message Table Message',
  'Shared Object Header Message Table',
  'Shared Message Record List',
  'Shared Message Record',
]
const CONFORMANCE = ['Driver Information Block', 'B-tree ‘K’ Values Message']

function every(folder: string, title: string, names: readonly string[]): void {
  test(title, (t) => {
    if (!existsSync(folder)) {
      t.pass()
      t.log(`no ${relative(root, folder)} here`)
      return
    }
    const tally = holds(t, folder)
    for (const name of names) t.true(tally.has(name), `no ${name} was met`)
  })
}

every(join(root, 'golden/files'), 'every structure of the golden files comes back byte for byte', GOLDEN)
every(
  join(root, '../shared/conformance/files'),
  'every structure of the conformance files comes back byte for byte',
  CONFORMANCE,
)
