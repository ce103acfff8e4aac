import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import type { Datatype } from '@h5kit/core'
import { decodeText } from '@h5kit/core'
import type { Output } from '../../output.ts'
import { ClosedPipe, OutputError } from '../../output.ts'
import type { ValueFormat } from '../value-format.ts'
import type { BatchMemory } from './value-batches.ts'
import { Batches, batchMemory } from './value-batches.ts'
import type { Run, ValuePlan, ValueSink } from './value-sink.ts'
import { valueSink } from './value-sink.ts'

/** What the thread is given: all of it can be copied. */
export interface ThreadJob {
  memory: BatchMemory
  plan: Omit<ValuePlan, 'format'> & { format: Omit<ValueFormat, 'float' | 'longFloat'> }
  /** The formats of floats as the user gave them. */
  float: string | undefined
  longFloat: string | undefined
  fd: number
}

/** Larger elements would not fill batches well. */
const LARGEST_ELEMENT = 1 << 16

/** In this time a thread starts, or does so no more. */
const START_MILLISECONDS = 5_000

/** So long nothing is asked for while the thread prints: whoever reads the output may take a while. */
const PATIENCE = 60_000

/** Whether elements can be printed from their bytes alone. */
function standsAlone(type: Datatype): boolean {
  switch (type.class) {
    case 'variable-length':
    case 'reference':
      return false
    case 'compound':
      return type.members.every((member) => standsAlone(member.type))
    case 'array':
      return standsAlone(type.base)
    default:
      return true
  }
}

/**
 * Prints elements on another thread, while this one reads the next ones. Undefined where there is no such thread: for
 * this type of element, on this machine, in this installation, or for an output that counts what it lets out.
 */
export function valueThread(plan: ValuePlan, output: Output): ValueSink | undefined {
  if (!standsAlone(plan.type) || plan.type.size > LARGEST_ELEMENT || availableParallelism() < 2) return undefined
  const module = new URL('./value-worker.js', import.meta.url)
  if (!existsSync(module)) return undefined
  // What cannot be printed is said before anything is.
  valueSink(plan, undefined, output)
  if (!output.passesAll()) return undefined
  return new ValueThread(plan, output, module)
}

/** Prints elements on another thread; on this one where that does not start in time. */
export class ValueThread implements ValueSink {
  readonly #plan: ValuePlan
  readonly #output: Output
  readonly #memory = batchMemory()
  readonly #batches: Batches
  readonly #worker: Worker
  /** Where the thread did not start, this one prints. */
  #here: ValueSink | undefined
  readonly #startMilliseconds: number
  #started = false

  constructor(plan: ValuePlan, output: Output, module: URL, startMilliseconds = START_MILLISECONDS) {
    this.#startMilliseconds = startMilliseconds
    this.#plan = plan
    this.#output = output
    this.#batches = new Batches(this.#memory, plan.type.size)
    const { float, longFloat, ...format } = plan.format
    const job: ThreadJob = {
      memory: this.#memory,
      plan: { ...plan, format },
      float: float?.source,
      longFloat: longFloat?.source,
      fd: output.fd,
    }
    const { Worker } = process.getBuiltinModule('node:worker_threads')
    this.#worker = new Worker(module, { workerData: job })
    // Whether it started is seen in the memory.
    this.#worker.on('error', () => {})
  }

  add(run: Run): void {
    let done = 0
    while (done < run.count && this.#here === undefined) {
      const taken = this.#batches.put(run, done)
      done += taken
      if (taken === 0) this.#send(false)
    }
    if (this.#here === undefined) return
    const { size } = this.#plan.type
    const rest = { ...run, first: run.first + done, count: run.count - done, bytes: run.bytes.subarray(done * size) }
    if (done > 0) Object.assign(rest, { begins: false, reads: false })
    if (rest.count > 0) this.#here.add(rest)
  }

  end(): void {
    if (this.#here === undefined) this.#send(true)
    if (this.#here === undefined) {
      while (!this.#batches.waitForEnd(this.#patience)) if (this.#takeBack()) break
    }
    if (this.#here === undefined) this.#check()
    else this.#here.end()
  }

  get #patience(): number {
    return this.#started ? PATIENCE : this.#startMilliseconds
  }

  /** Hands a batch on and waits for room for the next one. */
  #send(end: boolean): void {
    this.#batches.send(end)
    while (!end && !this.#batches.waitForRoom(this.#patience)) if (this.#takeBack()) return
    this.#check()
  }

  /** Where the thread has not begun, it is not to begin any more: what it was given is printed here. */
  #takeBack(): boolean {
    if (!this.#batches.claim('starter')) {
      this.#started = true
      return false
    }
    this.#worker.terminate()
    this.#here = valueSink(this.#plan, undefined, this.#output)
    const given = new Batches(this.#memory, this.#plan.type.size)
    for (const runs of given.received(false)) for (const run of runs) this.#here.add(run)
    return true
  }

  /** Raises what ended the thread. */
  #check(): void {
    const failure = this.#batches.failure()
    if (failure === undefined) return
    if (failure.kind === 'closed') throw new ClosedPipe()
    const message = decodeText(failure.message)
    throw failure.kind === 'output' ? new OutputError(message) : new Error(message)
  }
}
