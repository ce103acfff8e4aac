import { Inflate } from 'pako'
import { FilterError } from '../errors.ts'
import type { Filter } from './pipeline.ts'

/** Inflates a zlib stream into at most `limit` bytes. */
export type Inflater = (bytes: Uint8Array, limit: number) => Uint8Array

/** Makes filter 1, deflate, of an inflater: zlib's own in Node, pako elsewhere. */
export function deflateFilter(inflate: Inflater): Filter {
  return { id: 1, name: 'deflate', decode: (bytes, _parameters, limit) => inflate(bytes, limit) }
}

/** Inflates with pako. */
export const inflateWithPako: Inflater = (bytes, limit) => {
  const inflate = new Inflate({ chunkSize: Math.min(Math.max(limit, 1), 1 << 20) })
  const parts: Uint8Array[] = []
  let total = 0
  inflate.onData = (part: Uint8Array) => {
    total += part.length
    if (total > limit) throw new FilterError(`deflate: more than ${limit} bytes come out`)
    parts.push(part)
  }
  inflate.push(bytes, true)
  if (inflate.err !== 0 || !inflate.ended) throw new FilterError(`deflate: ${inflate.msg || 'the data ends too early'}`)
  const joined = new Uint8Array(total)
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
