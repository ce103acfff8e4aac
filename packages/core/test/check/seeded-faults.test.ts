import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { Finding } from '../../src/check/finding.ts'
import { codeOf, slug } from '../../src/check/finding.ts'
import type { Decoded } from '../../src/format/file-image.ts'
import { directBlockChecksum } from '../../src/format/fractal-heap-blocks.ts'
import { readSuperblock, superblockStructure } from '../../src/format/superblock.ts'
import { BufferSource, checkSource } from '../../src/index.ts'
import { lookup3 } from '../../src/io/checksum.ts'
import type { TraceRow } from '../../src/io/trace.ts'
import { trace } from '../../src/io/trace.ts'
import { seeded } from '../support/damage.ts'
import { SHOWN } from './shown-damage.ts'
import { SOUND } from './sound-damage.ts'

const folder = fileURLToPath(new URL('../../../../golden/files/', import.meta.url))

/** Small golden files, of every structure that there is one of; the list stays as it is, so that the same files are damaged each time. */
const SPECIMENS = `
  aligned attributes-compact-latest attributes-compact attributes-creation-order attributes-dense-latest
  attributes-dense attributes-shared-type attributes-version-1 book-attributes book-bool book-complex book-demo
  cache-image chunk-indexes-large chunk-edges chunk-filter-mask chunk-indexes-large-old chunk-indexes-latest chunk-indexes chunk-sizes
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

/** Ways to damage a field. */
const KINDS = ['o', 'i', 'z', 'd', 'f'] as const
type Kind = (typeof KINDS)[number]

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
      // What the specification does not describe cannot be held against it.
      if (structure.spec === 'none') continue
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

function damage(bytes: Uint8Array, kind: Kind): void {
  if (kind === 'o') bytes.fill(0xff)
  else if (kind === 'z') bytes.fill(0)
  else if (kind === 'f') bytes[bytes.length - 1] ^= 0x10
  else {
    const carried = kind === 'i' ? 0 : 0xff
    for (let i = 0; i < bytes.length; i++) {
      bytes[i] += kind === 'i' ? 1 : -1
      if (bytes[i] !== carried) break
    }
  }
}

/** The file with one field damaged and all checksums right again; undefined where the field was so before. */
function damaged({ bytes, checksummed }: Specimen, field: Field, kind: Kind): Uint8Array | undefined {
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

/** How a report names a fault: by the field itself, by what the field is compared with or leads to, or not at all. */
type Named = 'itself' | 'shown' | { missed: string }

function nameOf(copy: Uint8Array, { known }: Specimen, field: Field): Named {
  const { findings } = checkSource(new BufferSource(copy), { data: true })
  const fresh = findings.filter((finding) => finding.severity !== 'note' && !known.has(keyOf(finding)))
  const code = codeOf(field.structure, field.field)
  const isHere = ({ address }: Finding): boolean =>
    address !== undefined && address >= field.start && address <= field.end
  const placed = fresh.filter(({ section }) => section !== '')
  if (placed.some((finding) => finding.code === code && isHere(finding))) return 'itself'
  const own = slug(field.structure)
  const others = SHOWN[field.structure]?.[field.field]?.split(' ') ?? []
  const shown = placed.some((finding) => {
    const [about] = finding.code.split('.')
    return others.includes(about) || (about === own && (isHere(finding) || finding.code === code))
  })
  return shown ? 'shown' : { missed: `found ${fresh.map(keyOf).slice(0, 4).join(', ') || 'nothing'}` }
}

/** A field of one of the files, damaged in a way that changes it; undefined where there is none. */
function draw(
  { specimens }: ReturnType<typeof dissect>,
  candidates: readonly Field[],
  kind: Kind,
  random: (limit: number) => number,
): { specimen: Specimen; field: Field; copy: Uint8Array } | undefined {
  for (let attempt = 0; attempt < 50; attempt++) {
    const field = candidates[random(candidates.length)]
    const specimen = specimens[field.file]
    const copy = damaged(specimen, field, kind)
    if (copy !== undefined) return { specimen, field, copy }
  }
  return undefined
}

test('a field that was damaged is found, named and placed, in hundreds of files', (t) => {
  t.timeout(900_000)
  const dissected = dissect()
  const random = seeded(SEED)
  const missed: string[] = []
  let itself = 0
  let shown = 0
  for (let round = 0; round < ROUNDS; round++) {
    // By name: which damage is drawn does not hang on where a structure stands.
    for (const [key, candidates] of [...dissected.fields].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const { structure, field: name } = candidates[0]
      const sound = SOUND[structure]?.[name] ?? ''
      for (const kind of KINDS) {
        const drawn = sound.includes(kind) ? undefined : draw(dissected, candidates, kind, random)
        if (drawn === undefined) continue
        const { specimen, field, copy } = drawn
        const named = nameOf(copy, specimen, field)
        if (named === 'itself') itself++
        else if (named === 'shown') shown++
        else missed.push(`${key} (${kind}) of ${specimen.name} at ${field.address}: ${named.missed}`)
      }
    }
  }
  t.log(`${itself + shown + missed.length} damaged files: ${itself} by the field, ${shown} by what it is compared with`)
  t.deepEqual(missed, [])
  t.true(itself >= 900)
})
