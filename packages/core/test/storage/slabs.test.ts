import test from 'ava'
import { createBytes, LimitError, openBytes } from '../../src/index.ts'

test('elements that are larger than memory should be are refused before there is memory for one', (t) => {
  const bytes = createBytes((file) => {
    file.createDataset('large', { type: 'V2147483648', shape: [2] })
    file.createDataset('small', { type: 'V3', shape: [2] })
  })
  const file = openBytes(bytes)
  t.throws(() => [...file.dataset('large').slabs()], {
    instanceOf: LimitError,
    message: /elements of 2147483648 bytes/,
  })
  t.deepEqual(
    [...file.dataset('small').slabs()].map(({ count }) => count),
    [2],
  )
})
