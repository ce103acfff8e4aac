import { backwardLength } from './backward-bits.ts'
import { broken } from './broken.ts'
import type { HuffmanTable } from './huffman-table.ts'

/** Bytes `[start, end)` of the input that hold `count` symbols, to be written at `out`. */
interface Stream {
  start: number
  end: number
  out: number
  count: number
}

/** Decodes one stream of Huffman codes of `count` symbols. `view` is over `input`, which has a few bytes to spare. */
export function decodeOneStream(
  input: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  table: HuffmanTable,
  to: Uint8Array,
  count: number,
): void {
  finish(view, start, backwardLength(input, start, end), table, to, 0, count)
}

/** Decodes four streams that follow one another, after the sizes of the first three. */
export function decodeFourStreams(
  input: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  table: HuffmanTable,
  to: Uint8Array,
  count: number,
): void {
  if (end - start < 6) broken('the sizes of the literal streams are cut off')
  const quarter = (count + 3) >> 2
  if (3 * quarter > count) broken(`four streams of ${count} literals`)
  const streams: Stream[] = []
  let at = start + 6
  for (let i = 0; i < 4; i++) {
    const stop = i === 3 ? end : at + view.getUint16(start + 2 * i, true)
    if (stop > end) broken('a literal stream is cut off')
    streams.push({ start: at, end: stop, out: i * quarter, count: i === 3 ? count - 3 * quarter : quarter })
    at = stop
  }
  decodeTogether(input, view, streams, table, to)
}

/**
 * The four take turns, so that the processor works on four chains of look-ups at once. A word has at least 24 bits
 * below the place that is reached, so two codes can be taken out of it.
 */
function decodeTogether(
  input: Uint8Array,
  view: DataView,
  streams: readonly Stream[],
  table: HuffmanTable,
  to: Uint8Array,
): void {
  const [one, two, three, four] = streams
  const entries = table.entries
  const shift = 32 - table.bits
  const startA = one.start
  const startB = two.start
  const startC = three.start
  const startD = four.start
  let bitA = backwardLength(input, startA, one.end)
  let bitB = backwardLength(input, startB, two.end)
  let bitC = backwardLength(input, startC, three.end)
  let bitD = backwardLength(input, startD, four.end)
  let done = 0
  const { out: outB } = two
  const { out: outC } = three
  const { out: outD } = four
  const rounds = four.count - 1
  while (done < rounds && bitA >= 24 && bitB >= 24 && bitC >= 24 && bitD >= 24) {
    let wordA = view.getUint32(startA + (bitA >> 3) - 3, true) << (8 - (bitA & 7))
    let wordB = view.getUint32(startB + (bitB >> 3) - 3, true) << (8 - (bitB & 7))
    let wordC = view.getUint32(startC + (bitC >> 3) - 3, true) << (8 - (bitC & 7))
    let wordD = view.getUint32(startD + (bitD >> 3) - 3, true) << (8 - (bitD & 7))
    let entryA = entries[wordA >>> shift]
    let entryB = entries[wordB >>> shift]
    let entryC = entries[wordC >>> shift]
    let entryD = entries[wordD >>> shift]
    to[done] = entryA >>> 8
    to[outB + done] = entryB >>> 8
    to[outC + done] = entryC >>> 8
    to[outD + done] = entryD >>> 8
    done++
    bitA -= entryA & 0xff
    bitB -= entryB & 0xff
    bitC -= entryC & 0xff
    bitD -= entryD & 0xff
    wordA <<= entryA
    wordB <<= entryB
    wordC <<= entryC
    wordD <<= entryD
    entryA = entries[wordA >>> shift]
    entryB = entries[wordB >>> shift]
    entryC = entries[wordC >>> shift]
    entryD = entries[wordD >>> shift]
    to[done] = entryA >>> 8
    to[outB + done] = entryB >>> 8
    to[outC + done] = entryC >>> 8
    to[outD + done] = entryD >>> 8
    done++
    bitA -= entryA & 0xff
    bitB -= entryB & 0xff
    bitC -= entryC & 0xff
    bitD -= entryD & 0xff
  }
  finish(view, startA, bitA, table, to, done, one.count)
  finish(view, startB, bitB, table, to, outB + done, outB + two.count)
  finish(view, startC, bitC, table, to, outC + done, outC + three.count)
  finish(view, startD, bitD, table, to, outD + done, outD + four.count)
}

/** Decodes the symbols `to[begin, stop)` out of the `left` bits from byte `start` on, all of which they must take. */
function finish(
  view: DataView,
  start: number,
  left: number,
  table: HuffmanTable,
  to: Uint8Array,
  begin: number,
  stop: number,
): void {
  const { entries, bits } = table
  const shift = 32 - bits
  let bit = left
  let out = begin
  while (bit >= 24 && out < stop - 1) {
    let word = view.getUint32(start + (bit >> 3) - 3, true) << (8 - (bit & 7))
    let entry = entries[word >>> shift]
    to[out++] = entry >>> 8
    bit -= entry & 0xff
    word <<= entry
    entry = entries[word >>> shift]
    to[out++] = entry >>> 8
    bit -= entry & 0xff
  }
  while (out < stop) {
    // What follows the beginning of the stream is taken as zeros.
    const at = bit - bits
    const index =
      at >= 0
        ? (view.getUint32(start + (at >> 3), true) >>> (at & 7)) & ((1 << bits) - 1)
        : (view.getUint32(start, true) & ((1 << bit) - 1)) << -at
    const entry = entries[index]
    to[out++] = entry >>> 8
    bit -= entry & 0xff
    if (bit < 0) broken('a literal stream is cut off')
  }
  if (bit !== 0) broken('a literal stream is too long')
}
