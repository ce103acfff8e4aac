import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { createBytes, openBytes } from '../../src/index.ts'
import { createFile, editFile } from '../../src/node.ts'
import type { ObjectDraft } from '../../src/write/drafts.ts'
import { ObjectCopy } from '../../src/write/object-copy.ts'

const folder = mkdtempSync(join(tmpdir(), 'h5kit-copy-at-once-'))
test.after.always(() => rmSync(folder, { recursive: true }))

for (const low of ['earliest', 'v108'] as const) {
  test(`however many objects of ${low} are copied, only the groups around one of them are held`, (t) => {
    const bytes = createBytes(
      (file) => {
        for (let i = 0; i < 300; i++) {
          file.createDataset(`outer/inner${i % 3}/d${i}`, { data: [i] }).createAttribute('i', i)
        }
      },
      { low },
    )
    const path = join(folder, `${low}.h5`)
    createFile(path, { low }).close()
    const file = editFile(path)
    const { emitter, drafts } = file.editor.file
    const open = new Set<ObjectDraft>()
    let most = 0
    let written = 0
    const reserve = drafts.reserve.bind(drafts)
    drafts.reserve = (object, length) => {
      most = Math.max(most, open.add(object).size)
      reserve(object, length)
    }
    const write = drafts.writeAlone.bind(drafts)
    drafts.writeAlone = (object, links) => {
      open.delete(object)
      written++
      return write(object, links)
    }
    let waiting = 0
    const source = openBytes(bytes)
    const copy = new ObjectCopy(
      source.image,
      { emitter, versions: drafts.versions, heap: drafts.heap, drafts },
      {
        keepForms: true,
        references: 'clear',
        dataset: ({ path: found }) => {
          // All that was found before is in the file, save the groups around this.
          waiting = Math.max(waiting, found.split('/').length - 1 - open.size)
          return undefined
        },
      },
    )
    const object = copy.object(source.rootAddress)
    t.is(object.kind, 'existing')
    t.is(written, 300 + 3 + 2)
    t.is(most, 3)
    t.is(waiting, 0)
    t.is(open.size, 0)
    t.is(copy.miscounted.size, 0)
    file.editor.linkCounted([{ group: file.rootAddress, name: 'copy', object }], copy.miscounted)
    file.editor.commit()
    t.deepEqual(file.dataset('copy/outer/inner2/d299').value, source.dataset('outer/inner2/d299').value)
    file.close()
  })
}
