import { Hdf5Error } from '../errors.ts'
import type { ByteSink } from '../io/byte-sink.ts'
import type { ByteSource } from '../io/byte-source.ts'
import { checkRange, readInto } from '../io/byte-source.ts'
import type { ByteStore } from '../io/byte-store.ts'
import { Span } from '../io/span.ts'
import type { JournalPlace } from './journal.ts'
import { Journal, LONGEST_RECORD, rollBack } from './journal.ts'
import type { Participant } from './participant.ts'

const PAGE = 4096

/** Changed pages that are kept in memory at most. */
const MOST_PAGES = 8192

/** From this length on bytes go to the file at once. */
const LARGE = 64 * PAGE

/** Bytes of a file that tell, while others change, that it is not to be read; all of them are in one page. */
export interface Mark {
  address: number
  bytes: Uint8Array
}

/**
 * A change of a file that happens as a whole or not at all. What is written stays in memory, as far as there is room;
 * before bytes of the file are overwritten they are kept in a journal, by which the file is brought back to what it was
 * where the change does not come to its end.
 *
 * Readers of this project find the journal. To all others a mark tells that the file is being changed: it is there
 * before anything else of the file is other than it was, and gives way to what is to be there when the rest is safely
 * on disk. So whoever looks between finds the old file, the mark, or the new file, after a crash as well; and since the
 * journal keeps what was in the mark's place, bringing the file back takes the mark away, too.
 */
export class Transaction implements ByteSource, ByteSink, Participant {
  readonly #store: ByteStore
  readonly #place: JournalPlace | undefined
  /** Of the file before the change. */
  #oldSize = 0
  #size = 0
  /** Pages that differ from what the file has, by their numbers. */
  readonly #changed = new Map<number, Uint8Array>()
  #journal: Journal | undefined
  /** A bit for each page of the old file: whether the journal has it. */
  #kept = new Uint8Array(0)
  readonly #closed: (() => void) | undefined
  /** Tells that the file is being changed; undefined where it has no way to say so. */
  mark: Mark | undefined
  #isMarked = false
  /** Whether something was written that is a change. */
  #isTouched = false

  /**
   * @param place where the journal goes; without one, the file is not protected
   * @param closed is told when the file is closed
   */
  constructor(store: ByteStore, place: JournalPlace | undefined, closed?: () => void) {
    this.#store = store
    this.#place = place
    this.#closed = closed
    this.#start()
  }

  #start(): void {
    this.#oldSize = this.#store.size
    this.#size = this.#store.size
    this.#isMarked = false
    this.#isTouched = false
    this.#kept = new Uint8Array(this.#place === undefined ? 0 : Math.ceil(this.#oldSize / PAGE / 8))
  }

  get size(): number {
    return this.#size
  }

  get identity(): string | undefined {
    return this.#store.identity
  }

  /** Whether anything was written since the last commit. */
  get isChanged(): boolean {
    return (this.#isTouched && this.#changed.size > 0) || this.#journal !== undefined || this.#size !== this.#store.size
  }

  /** Takes what was written so far for what the file has; by itself it is no change. */
  accept(): void {
    this.#isTouched = false
  }

  view(address: number, length: number): Uint8Array {
    checkRange(this.#size, address, length)
    const bytes = new Uint8Array(length)
    this.read(address, bytes)
    return bytes
  }

  peek(address: number, length: number): Span {
    checkRange(this.#size, address, length)
    const number = Math.floor(address / PAGE)
    const start = address - number * PAGE
    const page = this.#changed.get(number)
    if (page !== undefined && start + length <= PAGE) return new Span(page, start, length)
    return new Span(this.view(address, length))
  }

  read(address: number, into: Uint8Array): void {
    checkRange(this.#size, address, into.length)
    const there = Math.max(0, Math.min(into.length, this.#store.size - address))
    if (there > 0) readInto(this.#store, address, into.subarray(0, there))
    into.fill(0, there)
    if (this.#changed.size === 0) return
    eachPage(address, into.length, (number, start, from, to) => {
      const page = this.#changed.get(number)
      if (page !== undefined) into.set(page.subarray(start, start + to - from), from)
    })
  }

  write(address: number, bytes: Uint8Array): void {
    this.#isTouched = true
    this.#size = Math.max(this.#size, address + bytes.length)
    if (bytes.length < LARGE) {
      this.#writePages(address, bytes)
      return
    }
    const first = Math.ceil(address / PAGE)
    const end = Math.floor((address + bytes.length) / PAGE)
    this.#writePages(address, bytes.subarray(0, first * PAGE - address))
    this.#writePages(end * PAGE, bytes.subarray(end * PAGE - address))
    for (let number = first; number < end; number++) this.#changed.delete(number)
    this.#keep(first, end)
    this.#protect()
    this.#store.write(first * PAGE, bytes.subarray(first * PAGE - address, end * PAGE - address))
  }

  /**
   * Makes the change of the file; another one may follow. Where that fails, the file is as it was, or will be when its journal is found.
   *
   * @param size of the file from now on, in bytes
   */
  commit(size: number): void {
    this.prepare(size)
    this.end()
  }

  /**
   * Brings all of the change to the disk, where it can be taken back still.
   *
   * @param size of the file from now on, in bytes
   */
  prepare(size = this.#size): void {
    this.#guarded(() => {
      this.#size = size
      for (const number of this.#changed.keys()) if (number * PAGE >= size) this.#changed.delete(number)
      if (!this.isChanged) return
      this.#spill()
      if (this.#store.size < size) this.#store.truncate(size)
      this.#store.sync()
    })
  }

  /** Ends a change that was prepared. */
  end(): void {
    if (this.isChanged) {
      this.#guarded(() => {
        this.#takeMark()
        if (this.#store.size > this.#size) this.#cut(this.#size)
      })
      this.#journal?.close()
      this.#journal = undefined
      this.#place?.remove()
    }
    this.#start()
  }

  #guarded(step: () => void): void {
    try {
      step()
    } catch (error) {
      this.abandon()
      throw error
    }
  }

  /** Leaves the file as it was. */
  abandon(): void {
    this.#changed.clear()
    if (this.#journal === undefined) {
      this.#size = this.#oldSize
      return
    }
    this.#journal.close()
    this.#journal = undefined
    const journal = this.#place?.open()
    if (journal === undefined) return
    try {
      rollBack(this.#store, journal)
    } catch (error) {
      // Whoever opens the file next will find the journal.
      if (error instanceof Hdf5Error) return
      throw error
    } finally {
      journal.close?.()
    }
    this.#place?.remove()
    this.#start()
  }

  close(): void {
    this.abandon()
    this.#store.close?.()
    this.#closed?.()
  }

  /** The number of the page where a mark is put; undefined where none is. */
  get #markedPage(): number | undefined {
    return this.#place === undefined || this.mark === undefined ? undefined : Math.floor(this.mark.address / PAGE)
  }

  /** Sees to it that what was kept is on disk, and the file is marked, before bytes of it are overwritten. */
  #protect(): void {
    const number = this.#isMarked ? undefined : this.#markedPage
    if (number === undefined || this.mark === undefined) {
      this.#begin().sync()
      return
    }
    // In memory the page is as it is to be without the mark.
    if (!this.#changed.has(number)) this.#changed.set(number, this.#load(number))
    this.#keep(number, number + 1)
    this.#begin().sync()
    this.#store.write(this.mark.address, this.mark.bytes)
    this.#store.sync()
    this.#isMarked = true
  }

  /** Puts what is to be there in the place of the mark, once all else is on disk. */
  #takeMark(): void {
    const number = this.#markedPage
    if (number === undefined || !this.#isMarked) return
    this.#store.write(number * PAGE, this.#run(number, number + 1))
    this.#changed.delete(number)
    this.#store.sync()
  }

  /** The journal makes the old end of the file superfluous, which may be long, before that is cut off. */
  #cut(size: number): void {
    this.#begin().complete(size)
    this.#store.truncate(size)
    this.#store.sync()
  }

  #writePages(address: number, bytes: Uint8Array): void {
    eachPage(address, bytes.length, (number, start, from, to) => {
      let page = this.#changed.get(number)
      if (page === undefined) {
        if (this.#changed.size >= MOST_PAGES) this.#spill()
        page = this.#load(number)
        this.#changed.set(number, page)
      }
      page.set(bytes.subarray(from, to), start)
    })
  }

  #load(number: number): Uint8Array {
    const page = new Uint8Array(PAGE)
    const there = Math.min(PAGE, this.#store.size - number * PAGE)
    if (there > 0) readInto(this.#store, number * PAGE, page.subarray(0, there))
    return page
  }

  /** Writes all changed pages to the file, but for the one with the mark. */
  #spill(): void {
    const marked = this.#markedPage
    const numbers = [...this.#changed.keys()].filter((number) => number !== marked).sort((a, b) => a - b)
    const runs = runsOf(numbers)
    for (const { first, end } of runs) this.#keep(first, end)
    this.#protect()
    for (const { first, end } of runs) this.#store.write(first * PAGE, this.#run(first, end))
    for (const number of numbers) this.#changed.delete(number)
  }

  /** The bytes of changed pages that stand side by side, as far as the file will go. */
  #run(first: number, end: number): Uint8Array {
    const length = Math.min((end - first) * PAGE, this.#size - first * PAGE)
    const bytes = new Uint8Array(length)
    for (let number = first; number < end; number++) {
      const page = this.#changed.get(number)
      if (page !== undefined) bytes.set(page.subarray(0, length - (number - first) * PAGE), (number - first) * PAGE)
    }
    return bytes
  }

  #begin(): Pick<Journal, 'sync' | 'complete'> {
    if (this.#place === undefined) return UNPROTECTED
    this.#journal ??= new Journal(this.#place.create(), this.#oldSize)
    return this.#journal
  }

  /** Keeps what the file has in pages `[first, end)`. */
  #keep(first: number, end: number): void {
    if (this.#place === undefined) return
    this.#begin()
    const last = Math.min(end, Math.ceil(this.#oldSize / PAGE))
    for (let number = first; number < last; ) {
      if (this.#isKept(number)) {
        number++
        continue
      }
      const start = number
      while (number < last && (number - start) * PAGE < LONGEST_RECORD && !this.#isKept(number)) {
        this.#kept[number >> 3] |= 1 << (number & 7)
        number++
      }
      const length = Math.min(number * PAGE, this.#oldSize) - start * PAGE
      this.#journal?.keep(start * PAGE, this.#store.view(start * PAGE, length))
    }
  }

  #isKept(number: number): boolean {
    return (this.#kept[number >> 3] & (1 << (number & 7))) !== 0
  }
}

const UNPROTECTED = { sync() {}, complete() {} }

/** Goes through the pages that bytes lie in: the page's number, where they start in it, and which of them do. */
function eachPage(
  address: number,
  length: number,
  visit: (number: number, start: number, from: number, to: number) => void,
): void {
  for (let done = 0; done < length; ) {
    const number = Math.floor((address + done) / PAGE)
    const start = address + done - number * PAGE
    const end = Math.min(length, done + PAGE - start)
    visit(number, start, done, end)
    done = end
  }
}

/** Numbers in their order as runs of such that follow one another, none longer than a record of the journal. */
function runsOf(numbers: readonly number[]): { first: number; end: number }[] {
  const runs: { first: number; end: number }[] = []
  for (const number of numbers) {
    const last = runs[runs.length - 1]
    if (last !== undefined && last.end === number && (number - last.first) * PAGE < LONGEST_RECORD) last.end++
    else runs.push({ first: number, end: number + 1 })
  }
  return runs
}
