// Encodes chunks with every filter and has the C library decode them.
//
//   node --import=tsx golden/check/filters.ts [PYTHON]
//
// PYTHON (python3 where none is given) needs h5py, and the plugins of the filters that are not the library's own, which
// hdf5plugin or HDF5_PLUGIN_PATH brings. Status 1 where a chunk is read otherwise than it was, or where the library
// completes a filter's parameters in another way.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseType } from '../../packages/core/src/datatype/type-text.ts'
import type { FilterStep } from '../../packages/core/src/filters/pipeline.ts'
import { FilterPipeline } from '../../packages/core/src/filters/pipeline.ts'
import { filterFinder } from '../../packages/core/src/filters/registry.ts'
import { nodeZlib } from '../../packages/core/src/filters/zlib.node.ts'
import { pakoZlib } from '../../packages/core/src/filters/zlib-pako.ts'
import { completeFilters } from '../../packages/core/src/storage/filter-parameters.ts'

/** Each filter with what a user may ask of it. */
const PIPELINES: Record<string, [id: number, parameters: number[]][]> = {
  'deflate 1': [[1, [1]]],
  'deflate 9': [[1, [9]]],
  'shuffle, deflate': [
    [2, []],
    [1, [6]],
  ],
  fletcher32: [[3, []]],
  'szip NN 8': [[4, [32, 8]]],
  'szip EC 32': [[4, [4, 32]]],
  'szip NN 2': [[4, [32, 2]]],
  'shuffle, szip': [
    [2, []],
    [4, [32, 16]],
  ],
  'n-bit': [[5, []]],
  'scale-offset': [[6, [2, 0]]],
  'scale-offset by 2 digits': [[6, [0, 2]]],
  'bzip2 1': [[307, [1]]],
  'bzip2 9': [[307, [9]]],
  LZF: [[32000, []]],
  'shuffle, LZF, fletcher32': [
    [2, []],
    [32000, []],
    [3, []],
  ],
  'Blosc LZ4': [[32001, [0, 0, 0, 0, 5, 1, 1]]],
  'Blosc LZ4, bits': [[32001, [0, 0, 0, 0, 9, 2, 2]]],
  'Blosc BloscLZ': [[32001, [0, 0, 0, 0, 1, 1, 0]]],
  'Blosc BloscLZ, bits': [[32001, [0, 0, 0, 0, 5, 2, 0]]],
  'Blosc Snappy': [[32001, [0, 0, 0, 0, 5, 1, 3]]],
  'Blosc zlib, plain': [[32001, [0, 0, 0, 0, 5, 0, 4]]],
  'Blosc Zstandard': [[32001, [0, 0, 0, 0, 5, 1, 5]]],
  LZ4: [[32004, []]],
  'LZ4 in blocks': [[32004, [1000]]],
  bitshuffle: [[32008, [0]]],
  'bitshuffle LZ4': [[32008, [0, 2]]],
  'bitshuffle LZ4 in blocks': [[32008, [64, 2]]],
  'bitshuffle Zstandard': [[32008, [0, 3, 5]]],
  'Zstandard 1': [[32015, [1]]],
  'Zstandard 3': [[32015, [3]]],
  'Zstandard 19': [[32015, [19]]],
}

const TYPES = ['u1', '<i2', '>i2', '<i4', '>u4', '<i8', '>i8', '<f4', '>f4', '<f8', '>f8']
const SHAPES = [[16], [1000], [40, 33], [7, 11, 13]]
/** Of one type, a chunk that a compressor has to cut into blocks. */
const LARGE = { type: '<i4', shape: [70_000] }
const KINDS = ['ramp', 'noise', 'zeros', 'any'] as const

interface Sent {
  name: string
  type: string
  shape: number[]
  /** Filters with the user's parameters, and with those that the file has. */
  filters: { id: number; given: number[]; complete: readonly number[] }[]
  stored: string
  mask: number
  plain: string
  /** How far a value may be from what it was. */
  tolerance: number
}

let state = 12345
function below(limit: number): number {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) % limit
}

function elements(type: string, count: number, kind: (typeof KINDS)[number]): Uint8Array {
  const size = Number(type.slice(-1))
  const bytes = new Uint8Array(count * size)
  const view = new DataView(bytes.buffer)
  const little = !type.startsWith('>')
  for (let i = 0; i < count; i++) {
    const value = { ramp: (i % 120) - 3, noise: below(20), zeros: below(50) === 0 ? 5 : 0, any: below(2 ** 31) }[kind]
    if (type.includes('f')) {
      if (size === 4) view.setFloat32(4 * i, value / 8, little)
      else view.setFloat64(8 * i, value / 8, little)
    } else if (size === 1) view.setUint8(i, value)
    else if (size === 2) view.setInt16(2 * i, value, little)
    else if (size === 4) view.setInt32(4 * i, value, little)
    else view.setBigInt64(8 * i, BigInt(value) * (kind === 'any' ? 4_000_000_000n : 1n), little)
  }
  return bytes
}

/** Undefined where the filters do not suit the type. */
function send(
  name: string,
  type: string,
  shape: number[],
  kind: (typeof KINDS)[number],
  pako: boolean,
): Sent | undefined {
  const steps: FilterStep[] = PIPELINES[name].map(([id, parameters]) => ({ id, name: '', parameters, optional: true }))
  const scaled = PIPELINES[name][0][0] === 6
  const digits = scaled && PIPELINES[name][0][1][0] === 0
  if (scaled && digits !== type.includes('f')) return undefined
  const complete = completeFilters(steps, { type: parseType(type), chunkShape: shape, fill: 'default' })
  const pipeline = new FilterPipeline(filterFinder(pako ? pakoZlib : nodeZlib))
  if (pipeline.unwritable(complete.map((step) => ({ ...step, optional: false }))) !== undefined) return undefined
  const count = shape.reduce((product, length) => product * length, 1)
  const plain = elements(type, count, kind)
  const { bytes, mask } = pipeline.encode(complete, plain)
  return {
    name: `${name}, ${type}, ${shape.join('x')}, ${kind}`,
    type,
    shape,
    filters: complete.map((step, i) => ({ id: step.id, given: PIPELINES[name][i][1], complete: step.parameters })),
    stored: Buffer.from(bytes).toString('base64'),
    mask,
    plain: Buffer.from(plain).toString('base64'),
    tolerance: digits ? 0.01 : 0,
  }
}

const sent: Sent[] = []
for (const name of Object.keys(PIPELINES)) {
  for (const type of TYPES) {
    for (const shape of SHAPES) {
      for (const kind of KINDS) {
        if (shape[0] === 16 && / (16|32)$/.test(name)) continue
        const each = send(name, type, shape, kind, sent.length % 2 === 1)
        if (each !== undefined) sent.push(each)
      }
    }
  }
  for (const kind of KINDS) {
    const large = send(name, LARGE.type, LARGE.shape, kind, sent.length % 2 === 1)
    if (large !== undefined) sent.push(large)
  }
}
const script = fileURLToPath(new URL('filters.py', import.meta.url))
const { status, error } = spawnSync(process.argv[2] ?? 'python3', [script], {
  input: JSON.stringify(sent),
  stdio: ['pipe', 'inherit', 'inherit'],
})
if (error !== undefined) throw error
process.exitCode = status ?? 1
