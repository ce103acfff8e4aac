import { FilterError } from '../errors.ts'
import type { Zlib } from './deflate.ts'
import { pakoDeflate } from './deflate-pako.ts'
import { sample, shareOfShortMatches } from './short-matches.ts'
import { ZlibStream } from './zlib-stream.node.ts'

/** Bytes that are inflated at once: pieces of this size are allotted from memory that was used before. */
const PIECE = 1 << 17

/** Loaded with the first chunk: that takes longer than to list a small file. */
const zlib = () => process.getBuiltinModule('node:zlib')

/** Node's own zlib. */
export const nodeZlib: Zlib = {
  inflate(bytes, limit, into) {
    const count = into === undefined ? undefined : inflateInto(bytes, into.subarray(0, limit))
    if (into !== undefined && count !== undefined) return into.subarray(0, count)
    try {
      return plainArray(
        zlib().inflateSync(bytes, {
          maxOutputLength: Math.max(limit, 1),
          chunkSize: Math.max(64, Math.min(limit + 1, PIECE)),
        }),
      )
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
      const what = code === 'ERR_BUFFER_TOO_LARGE' ? `more than ${limit} bytes come out` : String(cause)
      throw new FilterError(`deflate: ${what}`, { cause })
    }
  },
  deflate(bytes, level) {
    if (level === 0 || shareOfShortMatches(bytes) < MANY) return nodeDeflate(bytes, level)
    if (bytes.length <= LEAST_TRIED) return smaller(nodeDeflate(bytes, level), pakoDeflate(bytes, level))
    const other = levelForShortMatches(bytes, level)
    return other === undefined ? nodeDeflate(bytes, level) : pakoDeflate(bytes, other)
  },
}

function nodeDeflate(bytes: Uint8Array, level: number): Uint8Array {
  const deflated = bytes.length > MOST_AGAIN || level === 0 ? undefined : deflateAgain(bytes, level)
  if (deflated !== undefined) return deflated
  return plainArray(zlib().deflateSync(bytes, { level, chunkSize: Math.max(64, Math.min(bytes.length, 1 << 22)) }))
}

/** More bytes take so long that the time to make a stream does not matter. What is not compressed hangs on the room for it. */
const MOST_AGAIN = 1 << 16

/** By level. */
const deflating = new Map<number, ZlibStream>()

let room: Uint8Array | undefined

/** Deflates with a stream that there is already; undefined where that does not work, for whatever reason. */
function deflateAgain(bytes: Uint8Array, level: number): Uint8Array | undefined {
  let stream = deflating.get(level)
  if (stream === undefined) {
    stream = new ZlibStream(() => zlib().createDeflate({ level }), zlib().constants.Z_FINISH)
    deflating.set(level, stream)
  }
  // More than zlib makes of bytes that nothing can be done about.
  room ??= new Uint8Array(2 * MOST_AGAIN)
  const count = stream.run(bytes, room)
  return count === undefined ? undefined : room.slice(0, count)
}

function smaller(one: Uint8Array, other: Uint8Array): Uint8Array {
  return other.length < one.length ? other : one
}

/** Fewer short matches make no difference. */
const MANY = 1 / 8

/** Bytes that both are tried with: a sixteenth of a chunk within these bounds; all of a chunk that is no longer. */
const LEAST_TRIED = 4096
const MOST_TRIED = 16_384

/** What makes up for the time. */
const WORTH = 0.97

/** The level that takes the least time, and what may be lost by it. */
const FASTEST = 1
const AS_GOOD = 1.01

/**
 * The level with which bytes become much smaller by what zlib itself does; undefined where they do not. Node's takes no
 * notice of what comes again before it is four bytes long: so numbers of four bytes that go up by small steps take
 * twice as many bytes, and most others fewer.
 */
function levelForShortMatches(bytes: Uint8Array, level: number): number | undefined {
  const part = sample(bytes, Math.min(MOST_TRIED, Math.max(LEAST_TRIED, (bytes.length >> 6) << 2)))
  const worth = WORTH * nodeDeflate(part, level).length
  const most = pakoDeflate(part, level).length
  const fastest = level === FASTEST ? most : pakoDeflate(part, FASTEST).length
  if (Math.min(most, fastest) > worth) return undefined
  return fastest <= AS_GOOD * most ? FASTEST : level
}

/** The same bytes without what Node's buffers do differently: their `slice` does not copy. */
function plainArray(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}

let inflating: ZlibStream | undefined

/** Inflates a whole stream into an array; undefined where that does not work, for whatever reason. */
function inflateInto(bytes: Uint8Array, into: Uint8Array): number | undefined {
  inflating ??= new ZlibStream(() => zlib().createInflate(), zlib().constants.Z_FINISH)
  return inflating.run(bytes, into)
}
