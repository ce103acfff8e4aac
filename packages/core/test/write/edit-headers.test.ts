import test from 'ava'
import { BufferSource, checkSource, createBytes, integerType, openBytes } from '../../src/index.ts'
import { edited, misplaced } from '../support/edit.ts'

const COUNT = 60

for (const low of ['earliest', 'v110'] as const) {
  test(`a header to which attributes are added one by one leaves little behind (${low})`, (t) => {
    let bytes = createBytes((file) => void file.createGroup('group'), { low })
    const before = bytes.length
    for (let i = 0; i < COUNT; i++) {
      bytes = edited(bytes, (_, file) => file.group('group').createAttribute(`attribute ${i}`, i, { type: '<i8' }))
    }
    const file = openBytes(bytes)
    const { header } = file.group('group')
    const values = file
      .group('group')
      .attributes()
      .map(({ value }) => Number(value))
    t.deepEqual(
      values.sort((a, b) => a - b),
      Array.from({ length: COUNT }, (_, i) => i),
    )
    t.deepEqual(misplaced(file), [])
    t.deepEqual(checkSource(new BufferSource(bytes), { data: true }).findings, [])
    if (low !== 'earliest') return
    const used = header.chunks.reduce((sum, { length }) => sum + length, 0)
    // Half as much more each time: what is given up sums up to twice what there is.
    t.true(bytes.length - before <= 3 * used, `${bytes.length - before} bytes for ${used}`)
  })

  test(`a header continues where it did, as long as that is large enough (${low})`, (t) => {
    const attributes = Array.from({ length: 7 }, (_, i) => `attribute ${i}`)
    const first = edited(
      createBytes((file) => void file.createGroup('group'), { low }),
      (_, file) => {
        for (const name of attributes) file.group('group').createAttribute(name, 'a text')
      },
    )
    const [, block] = openBytes(first).group('group').header.chunks
    let bytes = first
    for (const name of attributes.slice(0, 5)) {
      bytes = edited(bytes, (_, file) => file.group('group').deleteAttribute(name))
      bytes = edited(bytes, (_, file) => file.group('group').createAttribute(name, 'b text'))
    }
    t.truthy(block)
    t.deepEqual(openBytes(bytes).group('group').header.chunks[1], block)
    t.deepEqual(misplaced(openBytes(bytes)), [])
    t.is(openBytes(bytes).group('group').attribute('attribute 4').value, 'b text')
    // When all are gone, so is the block.
    const empty = edited(bytes, (_, file) => {
      for (const name of attributes) file.group('group').deleteAttribute(name)
    })
    t.is(openBytes(empty).group('group').header.chunks.length, 1)
    t.deepEqual(checkSource(new BufferSource(empty), {}).findings, [])
  })
}

test('attributes of unusual numbers give a header its checksum', (t) => {
  const type = { ...integerType(4, true), precision: 8 }
  const before = createBytes(
    (file) => {
      file.createGroup('group').createAttribute('first', 'text')
      file.createGroup('renamed')
    },
    { low: 'earliest' },
  )
  const bytes = edited(before, (_, file) => {
    file.root.createAttribute('unusual', [1, 2], { type })
    file.group('group').createAttribute('unusual', [[3], [4]], { type })
    file.group('renamed').createAttribute('usual', 5)
  })
  const file = openBytes(bytes)
  t.deepEqual(Array.from(file.root.attribute('unusual').read(), Number), [1, 2])
  t.deepEqual(Array.from(file.group('group').attribute('unusual').read(), Number), [3, 4])
  t.is(file.group('group').attribute('first').value, 'text')
  t.deepEqual(
    [file.root, file.group('group'), file.group('renamed')].map(({ header }) => header.version),
    [2, 2, 1],
  )
  t.deepEqual(checkSource(new BufferSource(bytes), { data: true }).findings, [])
})
