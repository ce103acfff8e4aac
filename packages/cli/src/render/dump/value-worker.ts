import { workerData } from 'node:worker_threads'
import { encodeText } from '@h5kit/core'
import { ClosedPipe, Output, OutputError } from '../../output.ts'
import { longNumberFormat, numberFormat } from '../number/printf.ts'
import { Batches } from './value-batches.ts'
import { valueSink } from './value-sink.ts'
import type { ThreadJob } from './value-thread.ts'

// A thread that prints elements, which another thread reads.
const { memory, plan, float, longFloat, fd }: ThreadJob = workerData
const batches = new Batches(memory, plan.type.size)
if (batches.claim('thread')) print()

function print(): void {
  try {
    const output = new Output(fd)
    const format = {
      ...plan.format,
      float: float === undefined ? undefined : numberFormat(float),
      longFloat: longFloat === undefined ? undefined : longNumberFormat(longFloat),
    }
    const sink = valueSink({ ...plan, format }, undefined, output)
    for (const runs of batches.received(true)) for (const run of runs) sink.add(run)
    sink.end()
    output.flush()
    batches.finish()
  } catch (error) {
    const kind = error instanceof ClosedPipe ? 'closed' : error instanceof OutputError ? 'output' : 'other'
    batches.finish(kind, encodeText(error instanceof Error ? error.message : String(error)))
  }
}
