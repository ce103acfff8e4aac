import { broken } from './broken.ts'
import { MAGIC, MAX_BLOCK } from './codes.ts'

export const RAW = 0
export const RLE = 1
export const COMPRESSED = 2

export interface FrameHeader {
  /** Where the blocks begin. */
  start: number
  contentSize: number | undefined
  checksum: boolean
}

export interface BlockHeader {
  kind: number
  /** Of a run, how long it is; otherwise what is stored. */
  size: number
  last: boolean
  /** Where the block's content begins and ends. */
  start: number
  end: number
}

/** Reads what follows the magic number of a frame (RFC 8878, 3.1.1.1). */
export function readFrameHeader(view: DataView, start: number, end: number): FrameHeader {
  if (start >= end) broken('a frame header is cut off')
  const descriptor = view.getUint8(start)
  const single = (descriptor & 0x20) !== 0
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]
  const sizeCode = descriptor >>> 6
  const sizeBytes = sizeCode === 0 ? (single ? 1 : 0) : 1 << sizeCode
  let at = start + 1 + (single ? 0 : 1)
  if (at + dictionaryBytes + sizeBytes > end) broken('a frame header is cut off')
  if ((descriptor & 8) !== 0) broken('a reserved bit is set')
  for (let i = 0; i < dictionaryBytes; i++) if (view.getUint8(at++) !== 0) broken('it needs a dictionary')
  let contentSize: number | undefined
  if (sizeBytes === 1) contentSize = view.getUint8(at)
  else if (sizeBytes === 2) contentSize = view.getUint16(at, true) + 256
  else if (sizeBytes === 4) contentSize = view.getUint32(at, true)
  else if (sizeBytes === 8) contentSize = view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32
  return { start: at + sizeBytes, contentSize, checksum: (descriptor & 4) !== 0 }
}

/** Reads the header of a block (RFC 8878, 3.1.1.2). */
export function readBlockHeader(view: DataView, start: number, end: number): BlockHeader {
  if (end - start < 3) broken('a block is cut off')
  const word = view.getUint16(start, true) | (view.getUint8(start + 2) << 16)
  const kind = (word >>> 1) & 3
  const size = word >>> 3
  const content = start + 3
  const stop = content + (kind === RLE ? 1 : size)
  if (size > MAX_BLOCK || kind > COMPRESSED) broken('a block of no such kind or size')
  if (stop > end) broken('a block is cut off')
  return { kind, size, last: (word & 1) === 1, start: content, end: stop }
}

/** Whether the bytes are one frame and nothing else. */
export function isOneFrame(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = bytes.length
  if (end < 4 || view.getUint32(0, true) !== MAGIC) return false
  const header = readFrameHeader(view, 4, end)
  let at = header.start
  for (let last = false; !last; ) {
    const block = readBlockHeader(view, at, end)
    at = block.end
    last = block.last
  }
  return at + (header.checksum ? 4 : 0) === end
}
