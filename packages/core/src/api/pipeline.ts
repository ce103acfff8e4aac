import { FilterPipeline } from '../filters/pipeline.ts'
import { filterFinder } from '../filters/registry.ts'
import { pakoZlib } from '../filters/zlib-pako.ts'

/** The filters as they are everywhere. */
export const pipeline = /* @__PURE__ */ new FilterPipeline(/* @__PURE__ */ filterFinder(pakoZlib))
