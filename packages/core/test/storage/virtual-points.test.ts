import test from 'ava'
import type { Selection } from '../../src/format/dataspace-selection.ts'
import type { ElementSet } from '../../src/storage/element-set.ts'
import { boxSet, PointSet, wholeSet } from '../../src/storage/element-set.ts'
import { VirtualReader } from '../../src/storage/virtual-data.ts'

/** A source of 4 by 6 bytes: element n has the value n. */
const SHAPE = [4, 6]

function pointsAt(...coordinates: [number, number][]): Selection {
  return { kind: 'points', version: 1, width: 4, rank: 2, points: coordinates.flat() }
}

function box(start: [number, number], size: [number, number]): Selection {
  const dimensions = start.map((from, axis) => ({ start: from, stride: 1, count: 1, block: size[axis] }))
  return { kind: 'hyperslab', version: 2, width: 8, dimensions }
}

function reader(virtual: Selection, source: Selection): VirtualReader {
  return new VirtualReader({
    mappings: [{ file: 'f', dataset: 'd', virtual, source }],
    blocks: [0],
    shape: [5, 5],
    elementSize: 1,
    fill: new Uint8Array([99]),
    open: () => ({
      shape: SHAPE,
      read(set, target) {
        set.runs(SHAPE, (from, to, length, repeat, fromStep, toStep) => {
          for (let row = 0; row < repeat; row++) {
            for (let i = 0; i < length; i++) target[to + row * toStep + i] = from + row * fromStep + i
          }
        })
      },
    }),
  })
}

function read(from: VirtualReader, set: ElementSet): number[] {
  const target = new Uint8Array(set.size)
  from.read(set, target)
  return [...target]
}

/** All 25 elements, where those that no source has are 99. */
function expected(values: Record<string, number>): number[] {
  return Array.from({ length: 25 }, (_, i) => values[`${Math.floor(i / 5)},${i % 5}`] ?? 99)
}

const CASES: [string, Selection, Selection, Record<string, number>][] = [
  [
    'points to points',
    pointsAt([4, 4], [0, 0], [2, 3]),
    pointsAt([3, 5], [1, 1], [0, 2]),
    { '4,4': 23, '0,0': 7, '2,3': 2 },
  ],
  ['points to a box', pointsAt([4, 4], [0, 0], [2, 3]), box([1, 1], [3, 1]), { '4,4': 7, '0,0': 13, '2,3': 19 }],
  ['a box to points', box([1, 1], [1, 3]), pointsAt([3, 5], [1, 1], [3, 5]), { '1,1': 23, '1,2': 7, '1,3': 23 }],
  ['points, one of them twice', pointsAt([4, 4], [0, 0], [4, 4]), box([1, 1], [3, 1]), { '4,4': 19, '0,0': 13 }],
]

for (const [name, virtual, source, values] of CASES) {
  test(`a mapping of ${name} goes by the order of the points`, (t) => {
    const all = expected(values)
    const virtualReader = reader(virtual, source)
    t.deepEqual(read(virtualReader, wholeSet([5, 5])), all)
    t.deepEqual(
      read(virtualReader, boxSet([2, 3], [3, 2])),
      [13, 14, 18, 19, 23, 24].map((i) => all[i]),
    )
    t.deepEqual(read(virtualReader, new PointSet(2, [4, 4, 0, 0, 1, 2, 4, 4])), [all[24], all[0], all[7], all[24]])
  })
}

test('points and source elements must be as many', (t) => {
  const message = /3 elements are mapped to 2/
  t.throws(() => read(reader(pointsAt([4, 4], [0, 0], [2, 3]), box([1, 1], [2, 1])), wholeSet([5, 5])), { message })
})
