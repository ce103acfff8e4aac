import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { FilterError } from '../../src/errors.ts'
import type { FilterStep } from '../../src/filters/pipeline.ts'
import { FilterPipeline } from '../../src/filters/pipeline.ts'
import { filterFinder } from '../../src/filters/registry.ts'
import { nodeZlib } from '../../src/filters/zlib.node.ts'
import { pakoZlib } from '../../src/filters/zlib-pako.ts'
import type { Dataset } from '../../src/node.ts'
import { openFile } from '../../src/node.ts'

const folder = fileURLToPath(new URL('../../../../golden/filters', import.meta.url))
const INPUTS = 10_000
const LARGEST = 4_000

/** Numbers from 0 to `below`, the same in each run (xorshift32). */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

interface Chunk {
  name: string
  filters: readonly FilterStep[]
  stored: Uint8Array
  plain: Uint8Array
}

/** Chunks of a file that went through all their filters. */
function chunks(path: string, pipeline: FilterPipeline): Chunk[] {
  const file = openFile(path)
  const found: Chunk[] = []
  for (const link of file.group('filtered').links()) {
    const dataset = file.get(`/filtered/${link.name}`) as Dataset
    const { filters } = dataset
    const size = (dataset.chunkShape ?? []).reduce((product, count) => product * count, dataset.type.size)
    const chunk = [...dataset.chunks()].find((each) => each.filterMask === 0)
    if (chunk === undefined || size > LARGEST) continue
    const stored = new Uint8Array(file.image.source.view(chunk.address, chunk.size))
    found.push({ name: link.name, filters, stored, plain: pipeline.decode(filters, stored, 0, size) })
  }
  file.close()
  return found
}

/** As a chunk is read: bytes of its size or a FilterError. Anything else is thrown. */
function attempt(pipeline: FilterPipeline, filters: readonly FilterStep[], bytes: Uint8Array, size: number) {
  try {
    const plain = pipeline.decode(filters, bytes, 0, size)
    if (plain.length > size) throw new Error(`${plain.length} bytes instead of ${size}`)
    return plain.length < size ? undefined : plain
  } catch (error) {
    if (error instanceof FilterError) return undefined
    throw error
  }
}

function damaged(bytes: Uint8Array, below: (n: number) => number): Uint8Array {
  const copy = new Uint8Array(bytes)
  for (let times = 1 + below(4); times > 0; times--) copy[below(copy.length)] ^= 1 << below(8)
  return copy
}

function damagedParameters(filters: readonly FilterStep[], below: (n: number) => number): FilterStep[] {
  const wrong = [0, 1, 2, 7, 31, 33, 64, 255, 4096, 65535, 0x7fffffff, 0xffffffff]
  return filters.map((step) => {
    const parameters = [...step.parameters]
    if (parameters.length > 0) parameters[below(parameters.length)] = wrong[below(wrong.length)]
    return { ...step, parameters: below(8) === 0 ? parameters.slice(1) : parameters }
  })
}

const files = existsSync(folder) ? readdirSync(folder).filter((name) => /^(?!user-).*\.h5$/.test(name)) : []

for (const name of files) {
  for (const [zlibName, zlib] of [['zlib', nodeZlib] as const, ['pako', pakoZlib] as const]) {
    if (zlibName === 'pako' && name !== 'pipelines.h5') continue
    test(`${name}, ${zlibName}: of ${INPUTS} broken inputs each gives the right bytes or a FilterError`, (t) => {
      const pipeline = new FilterPipeline(filterFinder(zlib))
      const all = chunks(`${folder}/${name}`, pipeline)
      const below = random(20_260)
      let refused = 0
      const began = performance.now()
      for (let i = 0; i < INPUTS; i++) {
        const { name: dataset, filters, stored, plain } = all[below(all.length)]
        const size = plain.length
        const kind = i % 5
        let result: Uint8Array | undefined
        if (kind === 0) {
          result = attempt(pipeline, filters, stored.subarray(0, below(stored.length)), size)
          // What is cut off may be zeros that stand for nothing.
          if (result !== undefined && Buffer.compare(result, plain) !== 0) t.fail(`${dataset}: cut off and not noticed`)
        } else if (kind === 1) {
          const longer = Uint8Array.from([...stored, ...Array.from({ length: 1 + below(20) }, () => below(256))])
          result = attempt(pipeline, filters, longer, size)
        } else if (kind === 2) {
          const noise = Uint8Array.from({ length: 1 + below(2 * stored.length) }, () => below(256))
          result = attempt(pipeline, filters, noise, size)
        } else if (kind === 3) {
          result = attempt(pipeline, filters, damaged(stored, below), size)
        } else {
          result = attempt(pipeline, damagedParameters(filters, below), stored, size)
        }
        if (result === undefined) refused++
      }
      t.true(refused > 0)
      t.log(`${all.length} chunks, ${refused} refused, ${Math.round(performance.now() - began)} ms`)
    })
  }
}
