import { structure } from '../../io/structure.ts'

/** When an object was last changed (IV.A.2.s). */
export interface ModificationTime {
  version: number
  /** Since 1970, UTC. */
  seconds: number
}

export const modificationTimeMessage = structure<ModificationTime>({
  name: 'Object Modification Time Message',
  spec: 'IV.A.2.s',
  blank: () => ({ version: 1, seconds: 0 }),
  body(io, m) {
    m.version = io.version('Version', m.version, [1])
    io.reserved(3)
    m.seconds = io.u32('Seconds After UNIX Epoch', m.seconds)
  },
})

/** When an object was last changed, as old libraries wrote it (IV.A.2.o). */
export interface OldModificationTime {
  /** Fourteen digits: year, month, day of month, hour, minute, second, UTC. */
  text: string
  /** Since 1970, UTC; undefined where the text is no time. Derived from the text. */
  seconds: number | undefined
}

const DIGITS = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/

function secondsOf(text: string): number | undefined {
  const parts = DIGITS.exec(text)
  if (parts === null) return undefined
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number)
  const date = new Date(0)
  // Unlike Date.UTC this takes years below 100 as they are.
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second)
  return date.getTime() / 1000
}

export const oldModificationTimeMessage = structure<OldModificationTime>({
  name: 'Object Modification Time (Old) Message',
  spec: 'IV.A.2.o',
  blank: () => ({ text: '19700101000000', seconds: 0 }),
  body(io, m) {
    m.text = io.text('Date and Time', 14, m.text)
    m.seconds = secondsOf(m.text)
    io.reserved(2)
  },
})
