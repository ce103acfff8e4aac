import test from 'ava'
import type { Rechunking } from '../../src/write/rechunk-plan.ts'
import { blocksIn, blocksOf, planRechunking } from '../../src/write/rechunk-plan.ts'

function planned(given: Partial<Rechunking>) {
  return planRechunking({ shape: [], source: [], target: [], most: 1e6, enough: 1e6, ...given })
}

test('a block has whole chunks of both shapes where memory has room for it', (t) => {
  const given = { shape: [100, 100], source: [4, 10], target: [6, 5] }
  t.deepEqual(planned({ ...given, enough: 1 }), { kind: 'direct', block: [12, 10] })
  t.deepEqual(planned(given), { kind: 'direct', block: [100, 100] })
  t.deepEqual(planned({ ...given, enough: 500 }), { kind: 'direct', block: [12, 40] })
})

test('chunks that are larger than the array count as the array', (t) => {
  t.deepEqual(planned({ shape: [7], source: [1000], target: [999], most: 7 }), { kind: 'direct', block: [7] })
})

test('where a common block is too large, reading and writing have their own', (t) => {
  const plan = planned({ shape: [1000, 1000], source: [1, 1000], target: [1000, 1], most: 10_000 })
  t.deepEqual(plan, { kind: 'staged', read: [10, 1000], write: [1000, 10] })
  const odd = planned({ shape: [997, 991], source: [7, 31], target: [11, 13], most: 4000 })
  if (odd.kind !== 'staged') throw new Error('direct')
  for (const axis of [0, 1]) {
    t.true(odd.read[axis] % [7, 31][axis] === 0 || odd.read[axis] === [997, 991][axis])
    t.true(odd.write[axis] % [11, 13][axis] === 0 || odd.write[axis] === [997, 991][axis])
  }
  t.true(odd.read[0] * odd.read[1] <= 4000 && odd.write[0] * odd.write[1] <= 4000)
})

test('blocks cover an array once', (t) => {
  const seen = new Set<string>()
  for (const { start, count } of blocksOf([5, 7], [2, 3])) {
    for (let i = 0; i < count[0]; i++) {
      for (let k = 0; k < count[1]; k++) {
        const key = `${start[0] + i},${start[1] + k}`
        t.false(seen.has(key))
        seen.add(key)
      }
    }
  }
  t.is(seen.size, 35)
  t.deepEqual([...blocksOf([5, 0], [2, 3])], [])
  t.deepEqual([...blocksOf([], [])], [{ start: [], count: [] }])
})

test('the blocks of a division that a box reaches into', (t) => {
  t.deepEqual(
    [...blocksIn({ start: [3, 0], count: [2, 4] }, [2, 4])],
    [
      [1, 0],
      [2, 0],
    ],
  )
})
