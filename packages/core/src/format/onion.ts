import { FormatError, LimitError, NotFoundError } from '../errors.ts'
import type { ByteSource } from '../io/byte-source.ts'
import { fletcher32 } from '../io/checksum.ts'
import { Reader } from '../io/reader.ts'
import type { Io, Structure } from '../io/structure.ts'
import { decodeWith, structure } from '../io/structure.ts'

// What the onion driver keeps in the file beside the original one. All sums are Fletcher's.

const SIZES = { offsets: 8, lengths: 8 }

/** Revisions, and pages of one, that a file may have. */
const MOST = 1 << 24

function version(io: Io): void {
  io.version('Version', 1, [1])
}

export interface OnionHeader {
  flags: number
  pageSize: number
  /** Bytes of the original file. */
  originalSize: number
  historyAddress: number
  historySize: number
  checksum: number
}

export const onionHeader = structure<OnionHeader>({
  name: 'Onion Header',
  spec: 'H5FDonion',
  blank: () => ({ flags: 0, pageSize: 0, originalSize: 0, historyAddress: 0, historySize: 0, checksum: 0 }),
  body(io, m) {
    io.signature('OHDH')
    version(io)
    m.flags = io.uint('Flags', 3, m.flags)
    m.pageSize = io.u32('Page Size', m.pageSize)
    m.originalSize = io.u64('Original Size', m.originalSize)
    m.historyAddress = io.u64('History Address', m.historyAddress)
    m.historySize = io.u64('History Size', m.historySize)
    m.checksum = io.u32('Checksum', m.checksum)
  },
})

const HEADER_SIZE = 40

export interface RecordLocation {
  address: number
  size: number
  checksum: number
}

export interface OnionHistory {
  records: RecordLocation[]
  checksum: number
}

const RECORD_POINTER = 20

export const onionHistory = structure<OnionHistory>({
  name: 'Onion History',
  spec: 'H5FDonion',
  blank: () => ({ records: [], checksum: 0 }),
  body(io, m) {
    io.signature('OWHS')
    version(io)
    io.reserved(3)
    const count = io.u64('Number of Revisions', m.records.length)
    if (io.reading && count * RECORD_POINTER > io.left) io.fail(`${count} revisions`, 'Number of Revisions')
    for (let i = 0; i < count; i++) {
      const record = io.reading ? { address: 0, size: 0, checksum: 0 } : m.records[i]
      record.address = io.u64('Record Address', record.address)
      record.size = io.u64('Record Size', record.size)
      record.checksum = io.u32('Record Checksum', record.checksum)
      if (io.reading) m.records.push(record)
    }
    m.checksum = io.u32('Checksum', m.checksum)
  },
})

export interface ChangedPage {
  /** Of its first byte, in the file as it is shown. */
  logical: number
  /** In the file beside. */
  physical: number
  checksum: number
}

export interface OnionRevision {
  number: number
  parent: number
  /** UTC, as 20220506T054529Z. */
  time: string
  /** Bytes of the file in this revision. */
  size: number
  pageSize: number
  pages: ChangedPage[]
  comment: string
  checksum: number
}

export const onionRevision = structure<OnionRevision>({
  name: 'Onion Revision Record',
  spec: 'H5FDonion',
  blank: () => ({ number: 0, parent: 0, time: '', size: 0, pageSize: 0, pages: [], comment: '', checksum: 0 }),
  body(io, m) {
    io.signature('ORRS')
    version(io)
    io.reserved(3)
    m.number = io.u64('Revision Number', m.number)
    m.parent = io.u64('Parent Revision Number', m.parent)
    m.time = io.text('Time of Creation', 16, m.time)
    m.size = io.u64('Logical Size', m.size)
    m.pageSize = io.u32('Page Size', m.pageSize)
    if (m.pageSize === 0 || (m.pageSize & (m.pageSize - 1)) !== 0) io.fail(`pages of ${m.pageSize} bytes`, 'Page Size')
    const count = io.u64('Number of Pages', m.pages.length)
    const commentSize = io.u32('Comment Size', io.textLength(m.comment))
    if (io.reading && count * 20 > io.left) io.fail(`${count} pages`, 'Number of Pages')
    for (let i = 0; i < count; i++) {
      const page = io.reading ? { logical: 0, physical: 0, checksum: 0 } : m.pages[i]
      page.logical = io.u64('Logical Address', page.logical)
      page.physical = io.u64('Physical Address', page.physical)
      page.checksum = io.u32('Page Checksum', page.checksum)
      if (page.logical % m.pageSize !== 0) io.fail('not at the start of a page', 'Logical Address')
      if (io.reading) m.pages.push(page)
    }
    m.comment = io.text('Comment', commentSize, m.comment)
    m.checksum = io.u32('Checksum', m.checksum)
  },
})

/** Reads a structure that ends with the sum of the bytes in front. */
function summed<T extends { checksum: number }>(
  what: Structure<T>,
  source: ByteSource,
  address: number,
  length: number,
): T {
  const bytes = source.view(address, length)
  const value = decodeWith(new Reader(what.name, bytes, address, SIZES), what, undefined)
  if (fletcher32(bytes.subarray(0, length - 4)) !== value.checksum) {
    throw new FormatError('checksum does not match', { structure: what.name, address })
  }
  return value
}

/** Where the revisions of a file are. */
export function readOnionHistory(onion: ByteSource): { header: OnionHeader; history: OnionHistory } {
  const header = summed(onionHeader, onion, 0, HEADER_SIZE)
  const { pageSize } = header
  if (pageSize === 0 || (pageSize & (pageSize - 1)) !== 0) {
    throw new FormatError(`pages of ${pageSize} bytes`, { structure: onionHeader.name, address: 0 })
  }
  if ((header.flags & WRITE_LOCK) !== 0) {
    throw new FormatError('a writer has not closed the file', { structure: onionHeader.name, address: 0 })
  }
  if (header.historySize > MOST * RECORD_POINTER) throw new LimitError(`a history of ${header.historySize} bytes`)
  return { header, history: summed(onionHistory, onion, header.historyAddress, header.historySize) }
}

/** A flag of the header: the file is open for writing. */
const WRITE_LOCK = 1

/** The record of a revision, counted from 1 on; 0 is the original file and has none. */
export function readOnionRevision(onion: ByteSource, history: OnionHistory, revision: number): OnionRevision {
  const location = history.records[revision - 1]
  if (location === undefined) {
    throw new NotFoundError(`no revision ${revision}: there are ${history.records.length}`)
  }
  return summed(onionRevision, onion, location.address, location.size)
}
