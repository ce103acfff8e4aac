import { parentPort } from 'node:worker_threads'
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
    if (job.encode) encode(job, reply)
    else decode(job, reply)
  } catch (error) {
    reply.error = error instanceof Error ? error.message : String(error)
  }
  parentPort?.postMessage(reply, [reply.input, reply.output])
})

function decode({ steps, input, length, mask, limit, output }: CoderJob, reply: CoderReply): void {
  const stored = new Uint8Array(input, 0, length)
  reply.length = pipeline.decode(steps, stored, mask, limit, new Uint8Array(output, 0, limit)).length
}

function encode({ steps, input, length, mask, limit }: CoderJob, reply: CoderReply): void {
  const { bytes, mask: skipped } = pipeline.encode(steps, new Uint8Array(input, 0, length), mask)
  if (bytes.length > limit) reply.output = new ArrayBuffer(bytes.length)
  new Uint8Array(reply.output).set(bytes)
  reply.length = bytes.length
  reply.mask = skipped
}
