import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { File } from '../../src/api/file.ts'
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
