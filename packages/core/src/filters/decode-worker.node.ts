import { parentPort } from 'node:worker_threads'
import { FilterPipeline } from './pipeline.ts'
import { filterFinder } from './registry.ts'
import type { DecodeJob, DecodeReply } from './thread-decoder.node.ts'
import { nodeZlib } from './zlib.node.ts'
import { nodeZstd } from './zstd.node.ts'

// A thread that undoes filters: it gets a chunk and memory for the result, and gives both back.
const pipeline = new FilterPipeline(filterFinder(nodeZlib, nodeZstd))

parentPort?.on('message', ({ steps, input, length, mask, limit, output }: DecodeJob) => {
  const reply: DecodeReply = { input, output, length: 0, error: undefined }
  try {
    const stored = new Uint8Array(input, 0, length)
    reply.length = pipeline.decode(steps, stored, mask, limit, new Uint8Array(output, 0, limit)).length
  } catch (error) {
    reply.error = error instanceof Error ? error.message : String(error)
  }
  parentPort?.postMessage(reply, [input, output])
})
