import { FilterPipeline } from '../filters/pipeline.ts'
import { filterFinder } from '../filters/registry.ts'
import { ThreadCoder } from '../filters/thread-coder.node.ts'
import { nodeZlib } from '../filters/zlib.node.ts'
import { nodeZstd } from '../filters/zstd.node.ts'

const pipeline = /* @__PURE__ */ new FilterPipeline(
  /* @__PURE__ */ filterFinder(nodeZlib, nodeZstd),
  () => new ThreadCoder(),
)

/** The filters as Node has them, with so many threads beside this one, or as many as are of use. */
export function pipelineOf(threads?: number): FilterPipeline {
  if (threads === undefined) return pipeline
  return new FilterPipeline(
    filterFinder(nodeZlib, nodeZstd),
    threads === 0 ? undefined : () => new ThreadCoder(threads),
  )
}
