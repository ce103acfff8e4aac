import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { File } from '../../src/api/file.ts'
import { openFractalHeap } from '../../src/format/fractal-heap.ts'
import { sharedMessageRecords } from '../../src/format/shared-message-list.ts'
import { readSharedMessageTable } from '../../src/format/shared-message-table.ts'
import { openBytes } from '../../src/index.ts'
import { edited, misplaced } from '../support/edit.ts'

function golden(name: string): Uint8Array {
  return new Uint8Array(readFileSync(fileURLToPath(new URL(`../../../../golden/files/${name}`, import.meta.url))))
}

/** Users of all shared messages together, and how many messages there are. */
function shared(file: File): { uses: number; messages: number; counted: number } {
  const found = { uses: 0, messages: 0, counted: 0 }
  if (file.image.sharedMessages === undefined) return found
  for (const index of readSharedMessageTable(file.image, file.image.sharedMessages).indexes) {
    found.counted += index.messages
    for (const record of sharedMessageRecords(file.image, index)) {
      found.messages++
      if (record.location === 'heap') found.uses += record.referenceCount
    }
  }
  return found
}

for (const name of ['shared-messages-each.h5', 'shared-messages-list.h5', 'shared-messages-tree.h5']) {
  test(`objects that go from ${name} are users less of its shared messages`, (t) => {
    const bytes = golden(name)
    const before = openBytes(bytes)
    const names = before.keys()
    const one = openBytes(edited(bytes, (editor, file) => editor.unlink(file.rootAddress, names[0])))
    t.true(shared(one).uses < shared(before).uses)
    t.is(shared(one).counted, shared(one).messages)
    t.deepEqual(misplaced(one), [])
    for (const each of names.slice(1)) t.truthy(one.get(each).attributes())
    const none = openBytes(
      edited(bytes, (editor, file) => {
        for (const each of names) editor.unlink(file.rootAddress, each)
      }),
    )
    t.deepEqual(misplaced(none), [])
    t.deepEqual(none.keys(), [])
    t.log(shared(before), shared(one), shared(none))
  })
}

/** Users of the messages in the heap that begin with some bytes. */
function usersOf(bytes: Uint8Array, start: string): number[] {
  const { image } = openBytes(bytes)
  const table = image.sharedMessages
  if (table === undefined) return []
  return readSharedMessageTable(image, table).indexes.flatMap((index) =>
    sharedMessageRecords(image, index)
      .filter((record) => record.location === 'heap')
      .filter(({ heapId }) => {
        const message = openFractalHeap(image, index.heapAddress).object(heapId)
        return Buffer.from(message).toString('latin1').includes(start)
      })
      .map(({ referenceCount }) => referenceCount),
  )
}

// The counts are those that HDF5 2.2.0 leaves after the same changes.
test('an attribute that objects share is one user of its dataspace, and each of their own copies another', (t) => {
  const bytes = golden('shared-messages-list.h5')
  const names = openBytes(bytes).keys()
  const attribute = 'shared by all'
  const space = Buffer.from([1, 1, 1, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 7]).toString('latin1')
  t.deepEqual([usersOf(bytes, attribute), usersOf(bytes, space)], [[14], [2]])
  const address = (file: File, name: string): number => file.get(name).address
  const renamed = edited(bytes, (editor, file) => editor.renameAttribute(address(file, names[2]), attribute, 'own'))
  t.deepEqual([usersOf(renamed, attribute), usersOf(renamed, space)], [[13], [3]])
  const removed = edited(renamed, (editor, file) => editor.removeAttribute(address(file, names[2]), 'own'))
  t.deepEqual([usersOf(removed, attribute), usersOf(removed, space)], [[13], [2]])
  const other = edited(bytes, (editor, file) => editor.removeAttribute(address(file, names[3]), attribute))
  t.deepEqual([usersOf(other, attribute), usersOf(other, space)], [[13], [2]])
  const none = edited(bytes, (editor, file) => {
    for (const name of names) {
      if (file.get(name).hasAttribute(attribute)) editor.removeAttribute(address(file, name), attribute)
    }
  })
  t.deepEqual([usersOf(none, attribute), usersOf(none, space)], [[], [1]])
  t.deepEqual(misplaced(openBytes(none)), [])
})

test('other attributes of an object stay shared where one is changed', (t) => {
  const bytes = golden('shared-messages-tree.h5')
  const [name] = openBytes(bytes).keys()
  const before = shared(openBytes(bytes))
  const more = edited(bytes, (editor, file) => editor.renameAttribute(file.get(name).address, 'shared by all', 'own'))
  const { messages, counted } = shared(openBytes(more))
  t.is(messages, before.messages)
  t.is(counted, messages)
  t.deepEqual(openBytes(more).get(name).attributeNames().length, openBytes(bytes).get(name).attributeNames().length)
})

test('an object whose header has the message that others share is a user of it', (t) => {
  const bytes = golden('shared-messages-list.h5')
  const names = openBytes(bytes).keys()
  const none = edited(bytes, (editor, file) => {
    for (const each of names) editor.unlink(file.rootAddress, each)
  })
  t.deepEqual(shared(openBytes(none)), { uses: 0, messages: 0, counted: 0 })
})
