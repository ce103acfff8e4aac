import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { Finding } from '../../src/check/finding.ts'
import { codeOf } from '../../src/check/finding.ts'
import type { Decoded } from '../../src/format/file-image.ts'
import { directBlockChecksum } from '../../src/format/fractal-heap-blocks.ts'
import { readSuperblock, superblockStructure } from '../../src/format/superblock.ts'
import { BufferSource, checkSource } from '../../src/index.ts'
import { lookup3 } from '../../src/io/checksum.ts'
import type { TraceRow } from '../../src/io/trace.ts'
import { trace } from '../../src/io/trace.ts'
import { seeded } from '../support/damage.ts'
import { FAULTY_FIELDS } from './faulty-fields.ts'

const folder = fileURLToPath(new URL('../../../../golden/files/', import.meta.url))

/** Golden files of at most 26,000 bytes; the list stays as it is, so that the same files are damaged each time. */
const SPECIMENS = `
  aligned attributes-compact-latest attributes-compact attributes-creation-order attributes-dense-latest
  attributes-dense attributes-shared-type attributes-version-1 book-attributes book-bool book-complex book-demo
  chunk-edges chunk-filter-mask chunk-indexes-large-old chunk-indexes-latest chunk-indexes chunk-sizes
  dataset-options external-storage fill-values group-empty-latest group-empty layouts links-compact
  links-creation-order links-cycle links-deep links-dense-filtered-indirect links-dense-filtered links-dense-huge
  links-dense-indirect links-dense links-every-kind links-external-target links-names links-phase-change
  links-symbol-table links-user-defined netcdf-grid.nc netcdf-types.nc object-comments object-header-continuation
  object-reference-count object-times old-messages-layout-1 old-messages-layout-2 pytables-arrays pytables-table
  shared-messages-each shared-messages-list shared-messages-tree sizes-2-2-latest sizes-2-2 sizes-2-4-latest
  sizes-2-4 sizes-4-4-latest sizes-4-4 sizes-4-8-latest sizes-4-8 sizes-8-4-latest sizes-8-4 space-aggregate
  space-fsm-persist space-none space-page-persist space-page spaces superblock-0 superblock-1 superblock-2
  superblock-3-latest superblock-3 superblock-swmr superblock-v200 types-arrays types-bitfields types-complex
  types-compounds-latest types-compounds types-enums types-floats-odd types-floats types-integers-odd
  types-integers types-mixed types-opaque types-references-standard types-references types-small-floats
  types-strings types-times types-variable-length values-wide virtual-source-0 virtual-source-1 virtual
  xml-fill-values xml-names
`
  .trim()
  .split(/\s+/)
  .map((name) => (name.includes('.') ? name : `${name}.h5`))

/** For another order of draws. */
const SEED = Number(process.env.H5KIT_FAULT_SEED ?? 20_260_101)

/** How often each field of the table is damaged, each time in another way or file. */
const ROUNDS = Number(process.env.H5KIT_FAULT_ROUNDS ?? 1)

/** Faults that show where two structures are compared, or that end the one that they are in: what is found then. */
const ELSEWHERE: readonly [structure: string, field: string, damage: string, code: string][] = [
  ['Version 1 Object Header', 'Object Reference Count', 'i', 'object-header.reference-count'],
  ['Version 1 Object Header', 'Object Reference Count', 'z', 'object-header.reference-count'],
  ['Version 1 Object Header', 'Version', 'i', 'object-header.signature'],
  ['Object Reference Count Message', 'Reference count', 'i', 'object-header.reference-count'],
  ['Version 2 Object Header', 'Signature', 'z', 'object-header.signature'],
  ['External Link Value', 'Version and Flags', 'i', 'link-message.version-and-flags'],
  ['Extensible Array Header', 'Index Block Address', 'i', 'extensible-array-index-block.signature'],
  ['Fixed Array Header', 'Data Block Address', 'i', 'fixed-array-data-block.signature'],
  ['Symbol Table Message', 'Local Heap Address', 'i', 'local-heap.signature'],
  ['Symbol Table Entry', 'Object Header Address', 'i', 'object-header.signature'],
  ['Superblock', 'Root Group Object Header Address', 'i', 'object-header.signature'],
  ['Superblock', 'Superblock Extension Address', 'z', 'object-header.signature'],
  ['Superblock', 'Driver Information Block Address', 'z', 'driver-information-block.driver-information-size'],
  ['Attribute Info Message', 'Fractal Heap Address', 'i', 'fractal-heap-header.signature'],
  ['Link Info Message', 'Fractal Heap Address', 'z', 'fractal-heap-header.signature'],
]

/** How a trace shows an address that is none. */
const NONE = /^(-1|65535|4294967295)$/

/** A field and the structure that it is in. */
interface Field extends TraceRow {
  file: number
  /** Extent of the structure that was decoded as a whole. */
  start: number
  end: number
}

/** Bytes that a checksum is over. */
interface Checksummed {
  start: number
  end: number
  at: number
  /** A fractal heap's direct blocks have theirs in front. */
  inside: boolean
}

interface Specimen {
  name: string
  bytes: Uint8Array
  checksummed: Checksummed[]
  known: ReadonlySet<string>
}

const keyOf = ({ code, address, path }: Finding): string => `${code} ${address} ${path}`

/** The golden files, and their fields by structure and name. */
function dissect(): { specimens: Specimen[]; fields: Map<string, Field[]> } {
  const specimens: Specimen[] = []
  const fields = new Map<string, Field[]>()
  for (const name of SPECIMENS) {
    const bytes = new Uint8Array(readFileSync(`${folder}${name}`))
    const found: Decoded[] = []
    const { findings } = checkSource(new BufferSource(bytes), { data: true, observer: (each) => found.push(each) })
    const { superblock } = readSuperblock(new BufferSource(bytes))
    const { sizes } = superblock
    const head = { structure: superblockStructure, address: 0, bytes: bytes.subarray(0, 128), params: sizes }
    found.push({ ...head, value: superblock } as unknown as Decoded)
    const specimen = { name, bytes, checksummed: [] as Checksummed[], known: new Set(findings.map(keyOf)) }
    for (const { structure, address, bytes: part, params } of found) {
      // What does not stand in the file as it was decoded is part of something that does.
      if (address < 0 || !part.every((byte, i) => byte === bytes[address + i])) continue
      const rows = trace(structure, part, address, sizes, params)
      const end = address + part.length
      for (const row of rows) {
        // The superblock's own entry repeats what is elsewhere, and nothing reads it.
        if (structure === superblockStructure && row.structure !== structure.name) continue
        const key = `${row.structure}: ${row.field}`
        const known = fields.get(key)
        const field = { ...row, file: specimens.length, start: address, end }
        if (known === undefined) fields.set(key, [field])
        else known.push(field)
      }
      const sum = rows.find((row) => row.structure === structure.name && /^(Superblock )?Checksum$/.test(row.field))
      if (sum === undefined) continue
      const inside = structure.name === 'Fractal Heap Direct Block'
      specimen.checksummed.push({ start: address, end: inside ? end : sum.address, at: sum.address, inside })
    }
    specimens.push(specimen)
  }
  return { specimens, fields }
}

function damage(bytes: Uint8Array, kind: string): void {
  if (kind === 'o') bytes.fill(0xff)
  else if (kind === 'z') bytes.fill(0)
  else if (kind === 'i') bytes[0]++
  else bytes[bytes.length - 1] ^= 0x10
}

/** The file with one field damaged and all checksums right again; undefined where the field was so before. */
function damaged({ bytes, checksummed }: Specimen, field: Field, kind: string): Uint8Array | undefined {
  const copy = bytes.slice()
  const { address, length } = field
  damage(copy.subarray(address, address + length), kind)
  if (copy.subarray(address, address + length).every((byte, i) => byte === bytes[address + i])) return undefined
  if (/Checksum$/.test(field.field)) return copy
  for (const { start, end, at, inside } of checksummed) {
    if (address < start || address >= end) continue
    const sum = inside ? directBlockChecksum(copy.subarray(start, end), at - start) : lookup3(copy, start, end)
    new DataView(copy.buffer).setUint32(at, sum, true)
  }
  return copy
}

/** What is wrong with the report on a damaged file; undefined where it names the fault and its place. */
function misses(
  copy: Uint8Array,
  { known }: Specimen,
  code: string,
  field: Field,
  elsewhere: boolean,
): string | undefined {
  const { findings } = checkSource(new BufferSource(copy), { data: true })
  const fresh = findings.filter((finding) => finding.severity !== 'note' && !known.has(keyOf(finding)))
  const right = fresh.some(
    ({ code: found, address, section }) =>
      found === code &&
      section !== '' &&
      (elsewhere || (address !== undefined && address >= field.start && address <= field.end)),
  )
  if (right) return undefined
  return `${code} of the structure at ${field.start} expected, found ${fresh.map(keyOf).slice(0, 4).join(', ') || 'nothing'}`
}

/**
 * Damages a field of some file in a way that changes it, and looks whether that is found.
 *
 * @returns what was missed of the damaged file, the empty text where nothing was; nothing where there was no such file
 */
function seed(
  { specimens, fields }: ReturnType<typeof dissect>,
  [structure, name, kinds, code]: readonly [string, string, string, string | undefined],
  random: (limit: number) => number,
): string[] {
  const candidates = fields.get(`${structure}: ${name}`) ?? []
  for (let attempt = 0; attempt < 200 && candidates.length > 0; attempt++) {
    const field = candidates[random(candidates.length)]
    const kind = kinds[random(kinds.length)]
    const specimen = specimens[field.file]
    const copy = damaged(specimen, field, kind)
    // An address that is none leads nowhere after the damage either, or elsewhere.
    if (copy === undefined || (code !== undefined && NONE.test(field.value ?? ''))) continue
    const missed = misses(copy, specimen, code ?? codeOf(structure, name), field, code !== undefined)
    return [
      missed === undefined ? '' : `${specimen.name}, ${name} of ${structure} at ${field.address} (${kind}): ${missed}`,
    ]
  }
  return []
}

test('a field that was damaged is found, named and placed, in hundreds of files', (t) => {
  t.timeout(240_000)
  const dissected = dissect()
  const random = seeded(SEED)
  const results: string[] = []
  for (let round = 0; round < ROUNDS; round++) {
    for (const [structure, names] of Object.entries(FAULTY_FIELDS)) {
      for (const [name, kinds] of Object.entries(names)) {
        results.push(...seed(dissected, [structure, name, kinds, undefined], random))
      }
    }
    for (const fault of ELSEWHERE) results.push(...seed(dissected, fault, random))
  }
  t.log(`${results.length} damaged files`)
  t.true(results.length >= 200)
  t.deepEqual(
    results.filter((missed) => missed !== ''),
    [],
  )
})
