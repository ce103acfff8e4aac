import type { Io } from '../../io/structure.ts'
import { structure } from '../../io/structure.ts'

/** The value of elements that were never written (IV.A.2.f). */
export interface FillValue {
  /** 1, 2 or 3. */
  version: number
  /** When storage is allocated: EARLY, LATE, INCREMENTAL. */
  allocationTime: number
  /** When the value is written into storage: ON_ALLOCATION, NEVER, IF_SET. */
  writeTime: number
  /** Whether there is a value: none at all, all bits zero, or `value`. */
  state: 'undefined' | 'default' | 'user-defined'
  /** One element in the dataset's type; empty unless user-defined. */
  value: Uint8Array
}

/** Space allocation times. */
export const EARLY = 1
export const LATE = 2
export const INCREMENTAL = 3

/** Fill value write times. */
export const ON_ALLOCATION = 0
export const NEVER = 1
export const IF_SET = 2

const NOTHING = new Uint8Array(0)

/** Sizes are signed: a negative one says that there is no value. */
const FIRST_NEGATIVE = 0x8000_0000

/** Versions 1 and 2. */
function bytewise(io: Io, m: FillValue): void {
  m.allocationTime = io.u8('Space Allocation Time', m.allocationTime)
  m.writeTime = io.u8('Fill Value Write Time', m.writeTime)
  const defined = io.u8('Fill Value Defined', m.state === 'undefined' ? 0 : 1)
  if (defined > 1) io.flaw(`${defined} is neither 0 nor 1`, 'Fill Value Defined')
  if (defined === 0) {
    m.state = 'undefined'
    return
  }
  const size = io.u32('Size', m.value.length)
  if (size > 0 && size < FIRST_NEGATIVE) m.value = io.bytes('Fill Value', size, m.value)
  m.state = size === 0 ? 'default' : size < FIRST_NEGATIVE ? 'user-defined' : 'undefined'
}

const TIME_BITS = 0x03
const WRITE_TIME_SHIFT = 2
const FILL_VALUE_UNDEFINED = 0x10
const FILL_VALUE_DEFINED = 0x20
const ALL_FLAGS = 0x3f

function flagsOf(m: FillValue): number {
  const state = m.state === 'undefined' ? FILL_VALUE_UNDEFINED : m.state === 'default' ? 0 : FILL_VALUE_DEFINED
  return (m.allocationTime & TIME_BITS) | ((m.writeTime & TIME_BITS) << WRITE_TIME_SHIFT) | state
}

/** Version 3. */
function packed(io: Io, m: FillValue): void {
  const flags = io.u8('Flags', flagsOf(m))
  if ((flags & ~ALL_FLAGS) !== 0) io.fail(`unknown flags 0x${flags.toString(16)}`, 'Flags')
  m.allocationTime = flags & TIME_BITS
  m.writeTime = (flags >> WRITE_TIME_SHIFT) & TIME_BITS
  const defined = (flags & FILL_VALUE_DEFINED) !== 0
  if (defined && (flags & FILL_VALUE_UNDEFINED) !== 0) io.fail('both defined and undefined', 'Flags')
  if ((flags & FILL_VALUE_UNDEFINED) !== 0) m.state = 'undefined'
  else m.state = defined ? 'user-defined' : 'default'
  if (!defined) return
  const size = io.u32('Size', m.value.length)
  m.value = io.bytes('Fill Value', size, m.value)
}

export const fillValueMessage = structure<FillValue>({
  name: 'Fill Value Message',
  spec: 'IV.A.2.f',
  blank: () => ({ version: 2, allocationTime: LATE, writeTime: IF_SET, state: 'default', value: NOTHING }),
  body(io, m) {
    m.version = io.version('Version', m.version, [1, 2, 3])
    if (!io.reading && m.state !== 'user-defined' && m.value.length > 0) io.fail('a value that is not defined')
    if (m.version < 3) bytewise(io, m)
    else packed(io, m)
  },
})

/** The value of elements that were never written, as old libraries store it (IV.A.2.e). */
export interface OldFillValue {
  /** One element in the dataset's type; empty where there is none. */
  value: Uint8Array
}

export const oldFillValueMessage = structure<OldFillValue>({
  name: 'Fill Value (old) Message',
  spec: 'IV.A.2.e',
  blank: () => ({ value: NOTHING }),
  body(io, m) {
    const size = io.u32('Size', m.value.length)
    m.value = io.bytes('Fill Value', size, m.value)
  },
})
