import type { FilterStep } from '../../filters/pipeline.ts'
import type { Io } from '../../io/structure.ts'
import { structure } from '../../io/structure.ts'
import { encodeText } from '../../io/text.ts'

/** One filter as a message stores it. */
export interface StoredFilter extends FilterStep {
  /** All bits as stored; when writing, bit 0 is taken from `optional`. */
  readonly flags?: number
  /** Bytes of the name field as stored; as many as the name needs where it is not given or too small. */
  readonly nameLength?: number
}

/** The filters that chunks go through, the first when writing first (IV.A.2.l). */
export interface FilterPipelineMessage {
  /** 1 or 2. */
  version: number
  filters: StoredFilter[]
}

const MOST_FILTERS = 32
const OPTIONAL = 0x01

/** From version 2 on, filters with a smaller number have no name. */
const FIRST_NAMED = 256

const NO_FILTER: StoredFilter = { id: 0, name: '', parameters: [], optional: false }

function lengthOfName(version: number, filter: StoredFilter): number {
  const length = encodeText(filter.name).length
  if (filter.nameLength !== undefined && filter.nameLength >= length) return filter.nameLength
  const terminated = length === 0 ? 0 : length + 1
  return version === 1 ? Math.ceil(terminated / 8) * 8 : terminated
}

function nameField(io: Io, length: number, name: string): string {
  const zeros = Math.max(0, length - encodeText(name).length)
  return io.text('Name', length, name + '\0'.repeat(zeros)).split('\0', 1)[0]
}

function parametersField(io: Io, count: number, values: readonly number[]): number[] {
  if (count * 4 > io.left) io.fail(`${count} values in ${io.left} bytes`, 'Number of Client Data Values')
  return Array.from({ length: count }, (_, i) => io.u32('Client Data', values[i]))
}

function filterDescription(io: Io, version: number, filter: StoredFilter): StoredFilter {
  const id = io.u16('Filter Identification Value', filter.id)
  const named = version === 1 || id >= FIRST_NAMED
  const nameLength = named ? io.u16('Name Length', lengthOfName(version, filter)) : 0
  if (version === 1 && nameLength % 8 !== 0) io.fail(`${nameLength} is not a multiple of 8`, 'Name Length')
  const flags = io.u16('Flags', ((filter.flags ?? 0) & ~OPTIONAL) | (filter.optional ? OPTIONAL : 0))
  const count = io.u16('Number of Client Data Values', filter.parameters.length)
  const name = nameField(io, nameLength, named ? filter.name : '')
  const parameters = parametersField(io, count, filter.parameters)
  if (version === 1 && count % 2 === 1) io.reserved(4, 'Padding')
  return { id, name, nameLength, flags, optional: (flags & OPTIONAL) !== 0, parameters }
}

export const filterPipelineMessage = structure<FilterPipelineMessage>({
  name: 'Filter Pipeline Message',
  spec: 'IV.A.2.l',
  blank: () => ({ version: 1, filters: [] }),
  body(io, m) {
    m.version = io.version('Version', m.version, [1, 2])
    const count = io.u8('Number of Filters', m.filters.length)
    if (count > MOST_FILTERS) io.fail(`${count} filters`, 'Number of Filters')
    if (m.version === 1) io.reserved(6)
    const filters = Array.from({ length: count }, (_, i) =>
      filterDescription(io, m.version, io.reading ? NO_FILTER : m.filters[i]),
    )
    if (io.reading) m.filters = filters
  },
})
