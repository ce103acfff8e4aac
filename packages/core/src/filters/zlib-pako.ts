import { Inflate } from 'pako'
import { FilterError } from '../errors.ts'
import type { Zlib } from './deflate.ts'
import { pakoDeflate } from './deflate-pako.ts'

/** zlib in JavaScript, for every platform. Streams have the very bytes that zlib itself makes. */
export const pakoZlib: Zlib = {
  inflate(bytes, limit) {
    const inflate = new Inflate({ chunkSize: Math.min(Math.max(limit, 1), 1 << 20) })
    const parts: Uint8Array[] = []
    let total = 0
    inflate.onData = (part: Uint8Array) => {
      total += part.length
      if (total > limit) throw new FilterError(`deflate: more than ${limit} bytes come out`)
      parts.push(part)
    }
    inflate.push(bytes, true)
    if (inflate.err !== 0 || !inflate.ended)
      throw new FilterError(`deflate: ${inflate.msg || 'the data ends too early'}`)
    if (parts.length === 1) return parts[0]
    const joined = new Uint8Array(total)
    let at = 0
    for (const part of parts) {
      joined.set(part, at)
      at += part.length
    }
    return joined
  },
  deflate: pakoDeflate,
}
