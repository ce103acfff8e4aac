import { copyBytes } from '../../io/span.ts'
import { MAGIC, MAX_BLOCK } from './codes.ts'
import { writeLiterals } from './literals-encode.ts'
import type { Sequences } from './match-finder.ts'
import { MatchFinder } from './match-finder.ts'
import { SequencesEncoder } from './sequences-encode.ts'

const USUAL_LEVEL = 3
const RAW = 0
const RLE = 1
const COMPRESSED = 2

/**
 * Encodes one Zstandard frame (RFC 8878) with its size and without a checksum, as libzstd does when it is not asked
 * for more.
 *
 * @param level 1 (fastest) to 22 (smallest); 0 stands for the usual one, less for faster still
 */
export function encodeZstd(bytes: Uint8Array, level: number): Uint8Array {
  const blocks = Math.max(1, Math.ceil(bytes.length / MAX_BLOCK))
  const to = new Uint8Array(16 + bytes.length + 3 * blocks)
  const finder = new MatchFinder(bytes, level === 0 ? USUAL_LEVEL : level)
  const sequencesEncoder = new SequencesEncoder()
  const most = Math.min(bytes.length, MAX_BLOCK)
  const sequences: Sequences = {
    count: 0,
    literalLengths: new Int32Array((most >> 2) + 1),
    matchLengths: new Int32Array((most >> 2) + 1),
    offsets: new Int32Array((most >> 2) + 1),
  }
  // A block is made beside the frame: when it comes out too long, the bytes themselves take its place.
  const scratch = new Uint8Array(2 * most + 1024)
  const literals = new Uint8Array(most)
  let out = writeFrameHeader(bytes.length, to)
  for (let block = 0; block < blocks; block++) {
    const start = block * MAX_BLOCK
    const end = Math.min(start + MAX_BLOCK, bytes.length)
    const last = block === blocks - 1 ? 1 : 0
    const writeHeader = (kind: number, size: number): void => {
      const word = last | (kind << 1) | (size << 3)
      to[out++] = word
      to[out++] = word >>> 8
      to[out++] = word >>> 16
    }
    if (end - start > 3 && isRun(bytes, start, end)) {
      writeHeader(RLE, end - start)
      to[out++] = bytes[start]
      continue
    }
    const before = finder.distances
    finder.find(start, end, sequences)
    const literalCount = gatherLiterals(bytes, start, end, sequences, literals)
    const size = sequencesEncoder.write(sequences, scratch, writeLiterals(literals, literalCount, scratch, 0))
    if (size < end - start) {
      writeHeader(COMPRESSED, size)
      to.set(scratch.subarray(0, size), out)
      out += size
    } else {
      finder.distances = before
      writeHeader(RAW, end - start)
      to.set(bytes.subarray(start, end), out)
      out += end - start
    }
  }
  return to.subarray(0, out)
}

function writeFrameHeader(size: number, to: Uint8Array): number {
  const view = new DataView(to.buffer)
  view.setUint32(0, MAGIC, true)
  // The content's size is the window's, so there is no window descriptor.
  if (size < 256) {
    to.set([0x20, size], 4)
    return 6
  }
  if (size < 256 + 65536) {
    to[4] = 0x60
    view.setUint16(5, size - 256, true)
    return 7
  }
  const long = size >= 2 ** 32
  to[4] = long ? 0xe0 : 0xa0
  view.setUint32(5, size >>> 0, true)
  if (long) view.setUint32(9, Math.floor(size / 2 ** 32), true)
  return long ? 13 : 9
}

function isRun(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start]
  for (let i = start + 1; i < end; i++) if (bytes[i] !== first) return false
  return true
}

/** Puts the literals of all sequences, and those after the last, together; gives how many there are. */
function gatherLiterals(
  bytes: Uint8Array,
  start: number,
  end: number,
  sequences: Sequences,
  literals: Uint8Array,
): number {
  let count = 0
  let at = start
  for (let i = 0; i < sequences.count; i++) {
    const length = sequences.literalLengths[i]
    copyBytes(bytes, at, at + length, literals, count)
    count += length
    at += length + sequences.matchLengths[i]
  }
  literals.set(bytes.subarray(at, end), count)
  return count + end - at
}
