import test from 'ava'
import { blockTexts, cornersOf, pointTexts, regularForm } from '../../src/render/region.ts'

test('points and blocks are listed with their coordinates', (t) => {
  t.deepEqual(pointTexts([1, 2, 3, 4], 2), ['(1,2)', '(3,4)'])
  t.deepEqual(blockTexts([0, 0, 1, 1], 2, 'Blk'), ['Blk0: (0,0)-(1,1)'])
})

test('blocks that touch along an axis are one', (t) => {
  const dimensions = [
    { start: 1, stride: 2, count: 3, block: 2 },
    { start: 0, stride: 4, count: 2, block: 1 },
  ]
  t.deepEqual(cornersOf({ kind: 'hyperslab', version: 1, width: 4, dimensions }), [1, 0, 6, 0, 1, 4, 6, 4])
})

test('blocks at regular distances are a hyperslab, others are not', (t) => {
  t.deepEqual(regularForm([0, 0, 1, 1, 0, 4, 1, 5], 2), [
    { start: 0, stride: 1, count: 1, block: 2 },
    { start: 0, stride: 4, count: 2, block: 2 },
  ])
  t.is(regularForm([0, 0, 1, 1, 0, 4, 1, 6], 2), undefined)
  t.is(regularForm([0, 0, 0, 0, 0, 2, 0, 2, 2, 0, 2, 0], 2), undefined)
  t.is(regularForm([0, 0, 1, 1, 5, 5], 1), undefined)
})
