import { writeFileSync } from 'node:fs'
import test from 'ava'
import { sharedMessageRecords } from '../../src/format/shared-message-list.ts'
import { readSharedMessageTable } from '../../src/format/shared-message-table.ts'
import { createBytes, openBytes } from '../../src/index.ts'

const DATASPACE_AND_TYPE = (1 << 1) | (1 << 3)
const OTHERS = (1 << 5) | (1 << 11)
const ATTRIBUTES = 1 << 12

for (const low of ['earliest', 'v110'] as const) {
  for (const [kind, count] of [
    ['list', 10],
    ['tree', 90],
  ] as const) {
    test(`messages that objects share are in a heap, listed in a ${kind} (${low})`, (t) => {
      const sharing = {
        indexes: [
          { messageTypes: DATASPACE_AND_TYPE, minSize: 1 },
          { messageTypes: OTHERS, minSize: 1 },
          { messageTypes: ATTRIBUTES, minSize: 50 },
        ],
      }
      const bytes = createBytes(
        (file) => {
          const type = file.createType('type', '{x: <f8, y: <f8}')
          for (let i = 0; i < count; i++) {
            const data = Int32Array.from({ length: i + 1 }, (_, k) => k)
            const dataset = file.createDataset(`plain ${i}`, { data })
            dataset.createAttribute('long', 'a text that is long enough to be shared by all', { type: 'S60' })
            dataset.createAttribute('short', i)
            file.createDataset(`zipped ${i}`, { data, compression: 'gzip', shuffle: true, fillValue: 7 })
            file.createDataset(`typed ${i}`, { type, data: [{ x: i, y: 0 }] })
          }
        },
        { low, sharing },
      )
      if (process.env.KEEP !== undefined) writeFileSync(`${process.env.KEEP}/shared-${kind}-${low}.h5`, bytes)
      const file = openBytes(bytes)
      for (let i = 0; i < count; i++) {
        const plain = file.dataset(`plain ${i}`)
        t.is(plain.read().at(-1), i)
        t.is(plain.attribute('long').value, 'a text that is long enough to be shared by all')
        t.is(plain.attribute('short').value, BigInt(i))
        t.is(file.dataset(`zipped ${i}`).read().at(-1), i)
        t.is(file.dataset(`zipped ${i}`).fillValue, 7)
        t.deepEqual([...file.dataset(`typed ${i}`).read()], [{ x: i, y: 0 }])
      }
      const { sharedMessages } = file.image
      if (sharedMessages === undefined) {
        t.fail('no table')
        return
      }
      const { indexes } = readSharedMessageTable(file.image, sharedMessages)
      const records = indexes.map((index) => sharedMessageRecords(file.image, index))
      t.deepEqual(
        indexes.map(({ type }) => type),
        [kind === 'list' ? 0 : 1, 0, 0],
      )
      // A dataspace for each length; the type of numbers: others are committed.
      t.is(records[0].length, count + 1)
      t.is(records[2].length, 1)
      t.is(records[2][0].location === 'heap' && records[2][0].referenceCount, count)
    })
  }
}
