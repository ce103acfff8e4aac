import { FormatError, NotFoundError } from '../errors.ts'
import type { ByteSource } from './byte-source.ts'
import { checkRange } from './byte-source.ts'
import { UNDEFINED } from './structure.ts'

/** One of the files that a multi or split file consists of. */
export interface MultiMember {
  /** Its first address; may be above 2^53-1. */
  base: bigint
  /** Undefined where the file is not there, which matters once it is read. */
  source: ByteSource | undefined
  name: string
}

/** Addresses in one member, of those that a number holds exactly. */
const SPAN = 2 ** 48
const ALL_ONES = (1n << 64n) - 1n

/**
 * One file in several, by what the bytes are for (H5FDmulti): each has a range of the 64-bit addresses. Those are
 * folded into ranges of 2^48 addresses for each member, so that numbers hold them.
 */
export class MultiSource implements ByteSource {
  readonly driver = 'multi'
  readonly parts: number
  readonly size: number
  readonly #members: readonly MultiMember[]

  constructor(members: readonly MultiMember[]) {
    this.#members = [...members].sort((a, b) => (a.base < b.base ? -1 : 1))
    this.parts = members.filter((member) => member.source !== undefined).length
    this.size = members.length * SPAN
  }

  /** The first file alone, for what it says of the others: addresses in those are UNDEFINED. */
  get firstAlone(): ByteSource {
    const [{ source, name }] = this.#members
    if (source === undefined) throw new NotFoundError(`no such file: ${name}`, { file: name })
    return {
      size: source.size,
      view: (address, length) => source.view(address, length),
      fold: (address) => (address < BigInt(SPAN) ? Number(address) : UNDEFINED),
    }
  }

  get lastEnd(): bigint {
    let end = 0n
    for (const { base, source } of this.#members) {
      if (source !== undefined && source.size > 0 && base + BigInt(source.size) > end) end = base + BigInt(source.size)
    }
    return end
  }

  fold(address: bigint): number {
    if (address === ALL_ONES) return UNDEFINED
    let index = this.#members.length - 1
    while (index > 0 && this.#members[index].base > address) index--
    const within = address - this.#members[index].base
    if (within < 0n || within >= BigInt(SPAN)) throw new FormatError(`address ${address} is in none of the files`)
    return index * SPAN + Number(within)
  }

  unfold(address: number): bigint {
    const index = Math.floor(address / SPAN)
    return (this.#members[index]?.base ?? 0n) + BigInt(address - index * SPAN)
  }

  view(address: number, length: number): Uint8Array {
    const index = Math.floor(address / SPAN)
    const member = this.#members[index]
    if (member?.source === undefined) {
      throw new FormatError(`no file "${member?.name ?? ''}", which has ${length} bytes`, { address })
    }
    const start = address - index * SPAN
    checkRange(member.source.size, start, length)
    return member.source.view(start, length)
  }

  endAt(address: number): number {
    const index = Math.floor(address / SPAN)
    return index * SPAN + (this.#members[index]?.source?.size ?? 0)
  }

  close(): void {
    for (const member of this.#members) member.source?.close?.()
  }
}
