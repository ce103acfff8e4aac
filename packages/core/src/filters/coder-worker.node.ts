import { parentPort } from 'node:worker_threads'
import type { FilterStep } from './pipeline.ts'
import { FilterPipeline } from './pipeline.ts'
import { filterFinder } from './registry.ts'
import type { CoderJob, CoderReply } from './thread-coder.node.ts'
import { nodeZlib } from './zlib.node.ts'
import { nodeZstd } from './zstd.node.ts'

// A thread that applies and undoes filters: it gets a chunk and memory for the result, and gives both back.
const pipeline = new FilterPipeline(filterFinder(nodeZlib, nodeZstd))

parentPort?.on('message', (job: CoderJob) => {
  const { input, output } = job
  const reply: CoderReply = { input, output, length: 0, mask: 0, error: undefined }
  try {
    if (job.encode === undefined) decode(job, reply)
    else recode(job, job.encode, reply)
  } catch (error) {
    reply.error = error instanceof Error ? error.message : String(error)
  }
  parentPort?.postMessage(reply, [reply.input, reply.output])
})

function decode({ decode: steps = [], input, length, mask, limit, output }: CoderJob, reply: CoderReply): void {
  const stored = new Uint8Array(input, 0, length)
  reply.length = pipeline.decode(steps, stored, mask, limit, new Uint8Array(output, 0, limit)).length
}

function recode(job: CoderJob, encode: readonly FilterStep[], reply: CoderReply): void {
  const { decode, mask, excluded, input, length, limit } = job
  const stored = new Uint8Array(input, 0, length)
  const { bytes, mask: skipped } =
    decode === undefined
      ? pipeline.encode(encode, stored, excluded)
      : pipeline.recode({ decode, mask, size: limit, encode, excluded }, stored)
  if (bytes.length > reply.output.byteLength) reply.output = new ArrayBuffer(bytes.length)
  new Uint8Array(reply.output).set(bytes)
  reply.length = bytes.length
  reply.mask = skipped
}
