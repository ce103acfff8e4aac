import { FilterError } from '../errors.ts'
import type { Zlib } from './deflate.ts'
import { pakoDeflate } from './deflate-pako.ts'
import { sample, shareOfShortMatches } from './short-matches.ts'

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
  return plainArray(zlib().deflateSync(bytes, { level, chunkSize: Math.max(64, Math.min(bytes.length, 1 << 22)) }))
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

/**
 * The parts of Node's inflating stream that write into memory of the caller's. They are not documented, but npm's own
 * archiver stands on them. Without them everything works, with a fresh array for each chunk.
 */
interface Engine {
  readonly destroyed: boolean
  readonly _handle?: {
    reset?(): void
    writeSync?(
      flush: number,
      input: Uint8Array,
      inputAt: number,
      inputLength: number,
      output: Uint8Array,
      outputAt: number,
      outputLength: number,
    ): void
  }
  /** What was left of the output and of the input after a write. */
  readonly _writeState?: ArrayLike<number>
}

let engine: Engine | undefined

function usable(): Engine {
  if (engine === undefined || engine.destroyed) {
    const made = zlib().createInflate()
    // What is wrong with the bytes is found out, and said, by the documented function.
    made.on('error', () => {})
    engine = made as unknown as Engine
  }
  return engine
}

/** Inflates a whole stream into an array; undefined where that does not work, for whatever reason. */
function inflateInto(bytes: Uint8Array, into: Uint8Array): number | undefined {
  const { _handle: handle, _writeState: left } = usable()
  if (handle?.reset === undefined || handle.writeSync === undefined || left === undefined) return undefined
  const { Z_FINISH } = zlib().constants
  handle.reset()
  handle.writeSync(Z_FINISH, bytes, 0, bytes.length, into, 0, into.length)
  if (usable()._handle !== handle) return undefined
  const count = into.length - left[0]
  if (left[0] > 0) return count
  // The array is full: whether the stream ends here shows where there is room for one byte more.
  handle.writeSync(Z_FINISH, bytes, bytes.length - left[1], left[1], new Uint8Array(1), 0, 1)
  return usable()._handle === handle && left[0] === 1 ? count : undefined
}
