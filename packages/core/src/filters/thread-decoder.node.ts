import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { FilterError } from '../errors.ts'
import type { ChunkDecoder, FilterStep } from './pipeline.ts'
import { isRegistered } from './registry.ts'

/** What a thread is asked to undo. */
export interface DecodeJob {
  steps: readonly FilterStep[]
  /** The chunk, `length` bytes of it, and memory for `limit` bytes. */
  input: ArrayBuffer
  length: number
  mask: number
  limit: number
  output: ArrayBuffer
}

/** The memory of a job back, with as many bytes as came out or with what was wrong. */
export interface DecodeReply {
  input: ArrayBuffer
  output: ArrayBuffer
  length: number
  error: string | undefined
}

/** Threads that decode at most, beside the one that reads: more would wait for it. */
const MOST_THREADS = 4

/** Jobs that a thread has, so that it never waits for the next one. */
const JOBS = 2

/** A thread with the jobs that it was given, the first of which it works on. */
interface Thread {
  worker: Worker
  waiting: { settle: (reply: DecodeReply) => void; fail: (error: Error) => void }[]
}

/** Undoes filters on some threads, which start with the first chunk and keep no process alive while they wait. */
export class ThreadDecoder implements ChunkDecoder {
  readonly width: number
  readonly #size: number
  readonly #module: URL
  /** Whether threads run here. */
  #works = true
  readonly #threads: Thread[] = []
  /** Memory of jobs that are done. */
  readonly #inputs: ArrayBuffer[] = []
  readonly #outputs: ArrayBuffer[] = []

  /** @param module what the threads run */
  constructor(threads = Math.max(1, Math.min(MOST_THREADS, availableParallelism() - 1)), module = besideThis()) {
    this.#size = threads
    this.#module = module
    this.width = threads * JOBS
  }

  turn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve))
  }

  /** Filters that the program brought are functions of its own thread. */
  knows(steps: readonly FilterStep[]): boolean {
    return this.#works && !steps.some(({ id }) => isRegistered(id))
  }

  async decode(
    steps: readonly FilterStep[],
    stored: Uint8Array,
    mask: number,
    limit: number,
    use: (bytes: Uint8Array) => void,
  ): Promise<void> {
    const input = memory(this.#inputs, stored.length)
    new Uint8Array(input).set(stored)
    const job = { steps, input, length: stored.length, mask, limit, output: memory(this.#outputs, limit) }
    const reply = await this.#run(job)
    try {
      if (reply.error !== undefined) throw new FilterError(reply.error)
      use(new Uint8Array(reply.output, 0, reply.length))
    } finally {
      this.#inputs.push(reply.input)
      this.#outputs.push(reply.output)
    }
  }

  #run(job: DecodeJob): Promise<DecodeReply> {
    const thread = this.#thread()
    return new Promise((settle, fail) => {
      if (thread.waiting.length === 0) thread.worker.ref()
      thread.waiting.push({ settle, fail })
      thread.worker.postMessage(job, [job.input, job.output])
    })
  }

  /** The thread with the fewest jobs, a new one while there are not enough. */
  #thread(): Thread {
    const idle = this.#threads.find(({ waiting }) => waiting.length === 0)
    if (idle !== undefined) return idle
    if (this.#threads.length < this.#size) return this.#start()
    return this.#threads.reduce((a, b) => (b.waiting.length < a.waiting.length ? b : a))
  }

  #start(): Thread {
    const worker = new Worker(this.#module)
    const thread: Thread = { worker, waiting: [] }
    worker.on('message', (reply: DecodeReply) => {
      thread.waiting.shift()?.settle(reply)
      if (thread.waiting.length === 0) worker.unref()
    })
    worker.on('error', (cause) => {
      this.#works = false
      this.#threads.splice(this.#threads.indexOf(thread), 1)
      for (const { fail } of thread.waiting) fail(new FilterError('a decoding thread ended', { cause }))
    })
    this.#threads.push(thread)
    return thread
  }
}

/** The module of the threads, which is compiled where this one is. */
function besideThis(): URL {
  return new URL('./decode-worker.node.js', import.meta.url)
}

/** Memory that a job had before, where it is large enough. */
function memory(known: ArrayBuffer[], size: number): ArrayBuffer {
  const at = known.findIndex(({ byteLength }) => byteLength >= size)
  if (at >= 0) return known.splice(at, 1)[0]
  // What is too small now is of no more use.
  known.pop()
  return new ArrayBuffer(Math.ceil(size / 65_536) * 65_536)
}
