import test from 'ava'
import { ClusteredSpace } from '../../src/write/clustered-space.ts'
import { FileSpace } from '../../src/write/space.ts'

test('descriptions that are written between elements are together', (t) => {
  const space = new ClusteredSpace(new FileSpace(96))
  const headers: number[] = []
  const data: number[] = []
  for (let i = 0; i < 100; i++) {
    data.push(space.allocate(5000, 'raw'))
    headers.push(space.allocate(250))
  }
  // The first blocks have 1024 bytes, with room for four.
  const jumps = headers.filter((address, i) => i > 0 && address !== headers[i - 1] + 250)
  t.true(jumps.length < 25, `${jumps.length} blocks`)
  const taken = [...headers.map((at) => [at, 250]), ...data.map((at) => [at, 5000])].sort((a, b) => a[0] - b[0])
  for (let i = 1; i < taken.length; i++) t.true(taken[i - 1][0] + taken[i - 1][1] <= taken[i][0])
})

test('what is left of the last block is free, or not there at all', (t) => {
  const space = new ClusteredSpace(new FileSpace(96))
  const first = space.allocate(100)
  t.is(space.end, 96 + 1024)
  space.trim()
  t.deepEqual([first, space.end, [...space.free]], [96, 196, []])

  const other = new ClusteredSpace(new FileSpace(96))
  other.allocate(100)
  other.allocate(50, 'raw')
  other.trim()
  t.deepEqual([...other.free], [{ address: 196, size: 924 }])
  t.is(other.end, 96 + 1024 + 50)
  t.is(other.allocate(900), 196, 'what comes now takes that first')
})

test('a block at the end of the file becomes longer for what it has no room for', (t) => {
  const space = new ClusteredSpace(new FileSpace(96))
  t.is(space.allocate(700), 96)
  t.is(space.allocate(600), 796)
  t.is(space.allocate(100), 1396)
  t.is(space.allocate(1000), 1496)
  space.trim()
  t.deepEqual([space.end, [...space.free]], [2496, []])
})

test('large descriptions have places of their own, and none is of no size', (t) => {
  const space = new ClusteredSpace(new FileSpace(96))
  t.is(space.allocate(1 << 16), 96)
  t.is(space.allocate(10), 96 + (1 << 16))
  t.throws(() => space.allocate(0), { message: /a place for 0 bytes/ })
  t.throws(() => space.allocate(Number.NaN, 'raw'), { message: /a place for NaN bytes/ })
})

test('blocks have the size that is asked for, and are aligned as everything is', (t) => {
  const space = new ClusteredSpace(new FileSpace(96, { threshold: 1000, alignment: 512 }), {
    least: 2000,
    most: 2000,
    parts: 1,
  })
  t.is(space.allocate(300), 512)
  t.is(space.allocate(700, 'raw'), 2512)
  t.is(space.allocate(1700), 812)
  t.is(space.allocate(10), 3584)
  t.is(space.allocate(2000), 5632)
})
