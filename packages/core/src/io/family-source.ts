import type { ByteSource } from './byte-source.ts'
import { checkGaps, checkRange } from './byte-source.ts'

/** One file in several parts of the same size (H5FDfamily); the last one may be shorter. */
export class FamilySource implements ByteSource {
  readonly driver = 'family'
  readonly parts: number
  readonly size: number
  readonly #members: readonly ByteSource[]
  readonly #memberSize: number
  readonly #stored: number

  constructor(members: readonly ByteSource[], memberSize: number) {
    this.parts = members.length
    this.#members = members
    this.#memberSize = memberSize
    this.#stored = members.reduce((sum, member) => sum + member.size, 0)
    this.size = members.reduce((end, member, i) => (member.size === 0 ? end : i * memberSize + member.size), 0)
  }

  view(address: number, length: number): Uint8Array {
    checkRange(this.size, address, length)
    const number = Math.floor(address / this.#memberSize)
    const start = address - number * this.#memberSize
    const member = this.#members[number]
    if (member !== undefined && start + length <= Math.min(member.size, this.#memberSize)) {
      return member.view(start, length)
    }
    checkGaps(length, this.#stored)
    const bytes = new Uint8Array(length)
    let done = 0
    while (done < length) {
      const at = (address + done) % this.#memberSize
      const part = this.#members[Math.floor((address + done) / this.#memberSize)]
      const room = Math.min(length - done, this.#memberSize - at)
      // What a part lacks at its end reads as zeros.
      const there = Math.max(0, Math.min(room, part.size - at))
      if (there > 0) bytes.set(part.view(at, there), done)
      done += room
    }
    return bytes
  }

  close(): void {
    for (const member of this.#members) member.close?.()
  }
}
