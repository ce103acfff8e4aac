import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { FilterError } from '../errors.ts'
import type { ChunkCoder, EncodedChunk, FilterStep, Recoding } from './pipeline.ts'
import { isRegistered } from './registry.ts'

/** What a thread is asked to do. */
export interface CoderJob {
  /** Steps that are undone; undefined where there is nothing to undo. */
  decode: readonly FilterStep[] | undefined
  /** Of those, the ones that were left out. */
  mask: number
  /** Steps that are applied then; undefined where the plain bytes are wanted. */
  encode: readonly FilterStep[] | undefined
  /** Of those, the ones that are left out. */
  excluded: number
  /** The chunk, `length` bytes of it, and memory for `limit` bytes. */
  input: ArrayBuffer
  length: number
  limit: number
  output: ArrayBuffer
}

/** The memory of a job back, with as many bytes as came out or with what was wrong. */
export interface CoderReply {
  input: ArrayBuffer
  output: ArrayBuffer
  length: number
  /** Steps that were left out when they were applied. */
  mask: number
  error: string | undefined
}

/** Threads at most, beside the one that reads or writes: more would wait for it. */
const MOST_THREADS = 4

/** Bytes that a chunk grows by where it does not become smaller; more is allotted when it is needed. */
const SLACK = 1024

/** Jobs that a thread has, so that it never waits for the next one. */
const JOBS = 2

/** A thread with the jobs that it was given, the first of which it works on. */
interface Thread {
  worker: Worker
  waiting: { settle: (reply: CoderReply) => void; fail: (error: Error) => void }[]
}

/** Applies and undoes filters on some threads, which start with the first chunk and keep no process alive while they wait. */
export class ThreadCoder implements ChunkCoder {
  readonly width: number
  readonly #size: number
  readonly #module: URL | undefined
  /** Whether threads run here. */
  #works = true
  readonly #threads: Thread[] = []
  /** Memory of jobs that are done. */
  readonly #inputs: ArrayBuffer[] = []
  readonly #outputs: ArrayBuffer[] = []

  /** @param module what the threads run; by default what is beside this one */
  constructor(threads = Math.max(1, Math.min(MOST_THREADS, availableParallelism() - 1)), module?: URL) {
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
    const job = { decode: steps, mask, encode: undefined, excluded: 0, limit }
    await this.#do(job, stored, ({ output, length }) => use(new Uint8Array(output, 0, length)))
  }

  async encode(
    steps: readonly FilterStep[],
    bytes: Uint8Array,
    excluded: number,
    use: (chunk: EncodedChunk) => void,
  ): Promise<void> {
    const job = { decode: undefined, mask: 0, encode: steps, excluded, limit: bytes.length + SLACK }
    await this.#do(job, bytes, (reply) => use(encoded(reply)))
  }

  async recode(
    { decode, mask, size, encode, excluded }: Recoding,
    stored: Uint8Array,
    use: (chunk: EncodedChunk) => void,
  ): Promise<void> {
    await this.#do({ decode, mask, encode, excluded, limit: size }, stored, (reply) => use(encoded(reply)))
  }

  async #do(
    what: Omit<CoderJob, 'input' | 'length' | 'output'>,
    bytes: Uint8Array,
    use: (reply: CoderReply) => void,
  ): Promise<void> {
    const input = memory(this.#inputs, bytes.length)
    new Uint8Array(input).set(bytes)
    const job = { ...what, input, length: bytes.length, output: memory(this.#outputs, what.limit) }
    const reply = await this.#run(job)
    try {
      if (reply.error !== undefined) throw new FilterError(reply.error)
      use(reply)
    } finally {
      this.#inputs.push(reply.input)
      this.#outputs.push(reply.output)
    }
  }

  #run(job: CoderJob): Promise<CoderReply> {
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
    const { Worker } = process.getBuiltinModule('node:worker_threads')
    const worker = new Worker(this.#module ?? besideThis())
    const thread: Thread = { worker, waiting: [] }
    worker.on('message', (reply: CoderReply) => {
      thread.waiting.shift()?.settle(reply)
      if (thread.waiting.length === 0) worker.unref()
    })
    worker.on('error', (cause) => {
      this.#works = false
      this.#threads.splice(this.#threads.indexOf(thread), 1)
      for (const { fail } of thread.waiting) fail(new FilterError('a thread for filters ended', { cause }))
    })
    this.#threads.push(thread)
    return thread
  }
}

function encoded({ output, length, mask }: CoderReply): EncodedChunk {
  return { bytes: new Uint8Array(output, 0, length), mask }
}

/** The module of the threads, which is compiled where this one is. */
function besideThis(): URL {
  return new URL('./coder-worker.node.js', import.meta.url)
}

/** Memory that a job had before, where it is large enough. */
function memory(known: ArrayBuffer[], size: number): ArrayBuffer {
  const at = known.findIndex(({ byteLength }) => byteLength >= size)
  if (at >= 0) return known.splice(at, 1)[0]
  // What is too small now is of no more use.
  known.pop()
  return new ArrayBuffer(Math.ceil(size / 65_536) * 65_536)
}
