// Encodes the chunks of a golden file anew, for encoders.py: a line of JSON for each, whose data are hexadecimal.
// node --import=tsx golden/check/encode.ts FILE
import { FilterPipeline } from '../../packages/core/src/filters/pipeline.ts'
import { filterFinder } from '../../packages/core/src/filters/registry.ts'
import { pakoZlib } from '../../packages/core/src/filters/zlib-pako.ts'
import type { Dataset } from '../../packages/core/src/node.ts'
import { openFile } from '../../packages/core/src/node.ts'

const file = openFile(process.argv[2])
const pipeline = new FilterPipeline(filterFinder(pakoZlib))
for (const link of file.group('filtered').links()) {
  const dataset = file.get(`/filtered/${link.name}`) as Dataset
  const { filters } = dataset
  const mandatory = filters.map((step) => ({ ...step, optional: false }))
  if ((pipeline.missing(filters) ?? pipeline.unwritable(mandatory)) !== undefined) continue
  const size = (dataset.chunkShape ?? []).reduce((product, count) => product * count, dataset.type.size)
  for (const chunk of dataset.chunks()) {
    const stored = file.image.source.view(chunk.address, chunk.size)
    const plain = pipeline.decode(filters, stored, chunk.filterMask, size)
    const { bytes, mask } = pipeline.encode(filters, plain)
    // Not the bytes that went in: a filter may round them.
    const again = pipeline.decode(filters, bytes, mask, size)
    const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex')
    const offset = chunk.offset.map(Number)
    console.log(JSON.stringify({ dataset: link.name, offset, mask, stored: hex(bytes), plain: hex(again) }))
  }
}
file.close()
