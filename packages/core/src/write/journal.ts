import { FormatError } from '../errors.ts'
import type { ByteSource } from '../io/byte-source.ts'
import type { ByteStore } from '../io/byte-store.ts'
import { Reader } from '../io/reader.ts'
import type { Structure } from '../io/structure.ts'
import { decodeWith, structure } from '../io/structure.ts'
import { encode } from '../io/writer.ts'

/** Where the journal of a file is kept. */
export interface JournalPlace {
  /** What tells a user where it is. */
  readonly name: string
  /** The journal that is there; undefined where none is. */
  open(): ByteStore | undefined
  /** Makes a new one, whose name outlives a crash of the machine. */
  create(): ByteStore
  /** Removes it for good. */
  remove(): void
}

/** What a journal starts with. */
interface JournalHeader {
  /** Is in each record too: what an earlier journal left at the same place on disk is none of this one. */
  salt: bigint
  /** Of the file before it was changed, in bytes. */
  size: number
}

const journalHeader = structure<JournalHeader>({
  name: 'Journal Header',
  spec: '',
  blank: () => ({ salt: 0n, size: 0 }),
  body(io, m) {
    io.signature('H5KITJNL')
    io.version('Version', 1, [1])
    io.reserved(7)
    m.salt = io.big('Salt', m.salt)
    m.size = io.u64('File Size', m.size)
    io.checksum()
  },
})

const HEADER_LENGTH = 36

/** Bytes as they were before they were overwritten, or the news that the change is complete but for the file's size. */
type JournalRecord = { kind: 'old'; address: number; bytes: Uint8Array } | { kind: 'complete'; size: number }

const OLD_BYTES = 0
const COMPLETE = 1

const journalRecord = structure<JournalRecord, { salt: bigint }>({
  name: 'Journal Record',
  spec: '',
  blank: () => ({ kind: 'complete', size: 0 }),
  body(io, m, { salt }) {
    if (io.big('Salt', salt) !== salt) io.fail('of another journal', 'Salt')
    const kind = io.u8('Kind', m.kind === 'old' ? OLD_BYTES : COMPLETE)
    if (kind > COMPLETE) io.fail(`unknown kind ${kind}`, 'Kind')
    io.reserved(3)
    const length = io.u32('Length', m.kind === 'old' ? m.bytes.length : 0)
    const position = io.u64('Position', m.kind === 'old' ? m.address : m.size)
    const bytes = io.bytes('Bytes', length, m.kind === 'old' ? m.bytes : NOTHING)
    io.checksum()
    return kind === OLD_BYTES ? { kind: 'old', address: position, bytes } : { kind: 'complete', size: position }
  },
})

const NOTHING = new Uint8Array(0)
const SIZES = { offsets: 8, lengths: 8 }

/** Bytes of a record in front of and behind the bytes that it keeps. */
const RECORD_OVERHEAD = 28

/** A record keeps at most so many. */
export const LONGEST_RECORD = 1 << 20

/** Keeps what a transaction overwrites. */
export class Journal {
  readonly #store: ByteStore
  readonly #salt: bigint

  /** Begins a journal for a file of so many bytes. */
  constructor(store: ByteStore, size: number) {
    this.#store = store
    this.#salt = BigInt(Math.floor(Math.random() * 2 ** 48)) * 1_000_003n + BigInt(Date.now())
    store.write(0, encode(journalHeader, { salt: this.#salt, size }, SIZES, undefined))
  }

  /** Keeps bytes of the file as they are; at most LONGEST_RECORD. */
  keep(address: number, bytes: Uint8Array): void {
    this.#add({ kind: 'old', address, bytes })
  }

  /** From here on the file is the new one, once it is `size` bytes long. */
  complete(size: number): void {
    this.#add({ kind: 'complete', size })
    this.sync()
  }

  sync(): void {
    this.#store.sync()
  }

  close(): void {
    this.#store.close?.()
  }

  #add(record: JournalRecord): void {
    this.#store.write(this.#store.size, encode(journalRecord, record, SIZES, { salt: this.#salt }))
  }
}

/**
 * Whether a journal is one that a file has to be put right with: its first bytes are whole. Before they are, nothing of
 * the file is changed.
 */
export function isHot(journal: ByteSource): boolean {
  return readHeader(journal) !== undefined
}

/** Brings a file back to what it was before the change that its journal is of; or ends that change, where it is complete. */
export function rollBack(store: ByteStore, journal: ByteSource): void {
  const header = readHeader(journal)
  if (header === undefined) return
  let complete: number | undefined
  for (const record of records(journal, header)) if (record.kind === 'complete') complete = record.size
  if (complete === undefined) {
    for (const record of records(journal, header)) if (record.kind === 'old') store.write(record.address, record.bytes)
  }
  const size = complete ?? header.size
  if (store.size !== size) store.truncate(size)
  store.sync()
}

/** The records of a journal up to the first that was not written to its end. */
function* records(journal: ByteSource, { salt, size }: JournalHeader): Generator<JournalRecord> {
  for (let at = HEADER_LENGTH; ; ) {
    const record = readRecord(journal, at, salt)
    if (record === undefined) return
    const length = record.kind === 'old' ? record.bytes.length : 0
    if (record.kind === 'old' && record.address + length > size) {
      throw new FormatError('bytes behind the end of the file', { structure: journalRecord.name, address: at })
    }
    yield record
    at += RECORD_OVERHEAD + length
  }
}

function readHeader(journal: ByteSource): JournalHeader | undefined {
  return whole(journal, journalHeader, 0, HEADER_LENGTH, undefined)
}

/** The record at an address; undefined where there is none, or it was not written to its end. */
function readRecord(journal: ByteSource, at: number, salt: bigint): JournalRecord | undefined {
  if (at + RECORD_OVERHEAD > journal.size) return undefined
  const length = new DataView(journal.view(at, RECORD_OVERHEAD).slice().buffer).getUint32(12, true)
  if (length > LONGEST_RECORD) return undefined
  return whole(journal, journalRecord, at, RECORD_OVERHEAD + length, { salt })
}

function whole<T, P>(
  journal: ByteSource,
  structure: Structure<T, P>,
  at: number,
  length: number,
  params: P,
): T | undefined {
  if (at + length > journal.size) return undefined
  try {
    return decodeWith(new Reader(structure.name, journal.view(at, length), at, SIZES), structure, params)
  } catch (error) {
    if (error instanceof FormatError) return undefined
    throw error
  }
}
