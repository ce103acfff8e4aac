import type { Run } from './value-sink.ts'

/** Batches that are under way at most. */
const SLOTS = 3
const SLOT_BYTES = 1 << 20
const MOST_RUNS = 1024
/** Numbers that a run is told with: first, count, offset of its bytes, and what is to be known of it. */
const NUMBERS = 4
const BEGINS = 1
const READS = 2
const LAST = 4

/** Words that both threads look at: a state and a number of runs for each slot, then what became of the thread. */
const FREE = 0
const FULL = 1
const END = 2
const OWNER = 2 * SLOTS
const DONE = OWNER + 1
const FAILURE = OWNER + 2
const MESSAGE_LENGTH = OWNER + 3
const WORDS = OWNER + 4

const MESSAGE_BYTES = 1024

/** Who prints the batches: nobody yet, the thread that was started, or the one that started it. */
const NOBODY = 0
const THREAD = 1
const STARTER = 2

/** Why the thread gave up. */
export type BatchFailure = 'closed' | 'output' | 'other'
const FAILURES: readonly BatchFailure[] = ['closed', 'output', 'other']

/** The memory that the two threads share. */
export interface BatchMemory {
  words: SharedArrayBuffer
  runs: SharedArrayBuffer
  bytes: SharedArrayBuffer
  message: SharedArrayBuffer
}

export function batchMemory(): BatchMemory {
  return {
    words: new SharedArrayBuffer(4 * WORDS),
    runs: new SharedArrayBuffer(8 * NUMBERS * MOST_RUNS * SLOTS),
    bytes: new SharedArrayBuffer(SLOT_BYTES * SLOTS),
    message: new SharedArrayBuffer(MESSAGE_BYTES),
  }
}

/** Elements on their way from one thread to another, some batches of them at a time, in order. */
export class Batches {
  readonly #words: Int32Array
  readonly #runs: Float64Array
  readonly #bytes: Uint8Array
  readonly #message: Uint8Array
  readonly #elementSize: number
  #slot = 0
  #count = 0
  #used = 0

  constructor(memory: BatchMemory, elementSize: number) {
    this.#words = new Int32Array(memory.words)
    this.#runs = new Float64Array(memory.runs)
    this.#bytes = new Uint8Array(memory.bytes)
    this.#message = new Uint8Array(memory.message)
    this.#elementSize = elementSize
  }

  /** Puts as many elements of a run as there is room for into the batch; returns how many. */
  put({ first, count, bytes, begins, reads, last }: Run, done: number): number {
    const size = this.#elementSize
    const room = Math.floor((SLOT_BYTES - this.#used) / size)
    const taken = this.#count === MOST_RUNS ? 0 : Math.min(room, count - done)
    if (taken === 0) return 0
    const at = SLOT_BYTES * this.#slot + this.#used
    this.#bytes.set(bytes.subarray(done * size, (done + taken) * size), at)
    const to = NUMBERS * (MOST_RUNS * this.#slot + this.#count++)
    this.#runs[to] = first + done
    this.#runs[to + 1] = taken
    this.#runs[to + 2] = at
    this.#runs[to + 3] =
      (begins && done === 0 ? BEGINS : 0) +
      (reads && done === 0 ? READS : 0) +
      (last && done + taken === count ? LAST : 0)
    this.#used += taken * size
    return taken
  }

  /** Hands the batch on, and says with it whether it is the last one. */
  send(end: boolean): void {
    const words = this.#words
    words[2 * this.#slot + 1] = this.#count
    Atomics.store(words, 2 * this.#slot, end ? END : FULL)
    Atomics.notify(words, 2 * this.#slot)
    this.#slot = (this.#slot + 1) % SLOTS
    this.#count = 0
    this.#used = 0
  }

  /** Waits until the next slot is free; false where that takes longer than so many milliseconds. */
  waitForRoom(milliseconds: number): boolean {
    const word = 2 * this.#slot
    for (const state of [FULL, END]) Atomics.wait(this.#words, word, state, milliseconds)
    return Atomics.load(this.#words, word) === FREE
  }

  /** Waits until the last batch is printed; false where that takes longer. */
  waitForEnd(milliseconds: number): boolean {
    Atomics.wait(this.#words, DONE, 0, milliseconds)
    return Atomics.load(this.#words, DONE) !== 0
  }

  /** The batches from the oldest one that waits, each until it is asked for the next one; waits for them. */
  *received(wait: boolean): Generator<Run[]> {
    const words = this.#words
    for (let i = 0; wait || i < SLOTS; i++) {
      const word = 2 * this.#slot
      if (wait) Atomics.wait(words, word, FREE)
      const state = Atomics.load(words, word)
      if (state !== FREE) {
        yield this.#read(this.#slot, words[word + 1])
        Atomics.store(words, word, FREE)
        Atomics.notify(words, word)
      }
      this.#slot = (this.#slot + 1) % SLOTS
      if (state === END) return
    }
  }

  #read(slot: number, count: number): Run[] {
    const runs = this.#runs.subarray(NUMBERS * MOST_RUNS * slot)
    return Array.from({ length: count }, (_, i) => {
      const [first, elements, at, what] = runs.subarray(NUMBERS * i)
      const bytes = this.#bytes.subarray(at, at + elements * this.#elementSize)
      const [begins, reads, last] = [BEGINS, READS, LAST].map((bit) => (what & bit) !== 0)
      return { first, count: elements, bytes, begins, reads, last }
    })
  }

  /** Whether this side is the one that prints, from now on or before. */
  claim(side: 'thread' | 'starter'): boolean {
    const mine = side === 'thread' ? THREAD : STARTER
    const owner = Atomics.compareExchange(this.#words, OWNER, NOBODY, mine)
    return owner === NOBODY || owner === mine
  }

  /** Says that all is printed, or why no more is. */
  finish(failure?: BatchFailure, message: Uint8Array = new Uint8Array(0)): void {
    const words = this.#words
    if (failure !== undefined) {
      const kept = message.subarray(0, MESSAGE_BYTES)
      this.#message.set(kept)
      words[MESSAGE_LENGTH] = kept.length
      Atomics.store(words, FAILURE, FAILURES.indexOf(failure) + 1)
    }
    Atomics.store(words, DONE, 1)
    Atomics.notify(words, DONE)
    for (let slot = 0; slot < SLOTS; slot++) {
      Atomics.store(words, 2 * slot, FREE)
      Atomics.notify(words, 2 * slot)
    }
  }

  /** Why the other side gave up; undefined where it did not. */
  failure(): { kind: BatchFailure; message: Uint8Array } | undefined {
    const kind = Atomics.load(this.#words, FAILURE)
    if (kind === 0) return undefined
    return { kind: FAILURES[kind - 1], message: this.#message.slice(0, this.#words[MESSAGE_LENGTH]) }
  }
}
