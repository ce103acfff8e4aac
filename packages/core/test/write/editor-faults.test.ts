import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { File } from '../../src/api/file.ts'
import { integerType } from '../../src/datatype/types.ts'
import { openBytes } from '../../src/index.ts'
import { BufferStore } from '../../src/io/byte-store.ts'
import { boxSet } from '../../src/storage/element-set.ts'
import { groupDraft } from '../../src/write/drafts.ts'
import type { Editor } from '../../src/write/editor.ts'
import { rollBack } from '../../src/write/journal.ts'
import { edited, openStore } from '../support/edit.ts'
import type { Remains } from '../support/faulty-disk.ts'
import { FaultyDisk } from '../support/faulty-disk.ts'

function golden(name: string): Uint8Array {
  return new Uint8Array(readFileSync(fileURLToPath(new URL(`../../../../golden/files/${name}`, import.meta.url))))
}

const CHANGES: Record<string, (editor: Editor, file: File) => void> = {
  'a new group': (editor, file) => {
    editor.link(file.rootAddress, 'new', { kind: 'hard', object: groupDraft() })
  },
  'an object less': (editor, file) => editor.unlink(file.rootAddress, file.keys()[0]),
  'another name': (editor, file) => editor.move(file.rootAddress, file.keys()[0], file.rootAddress, 'another'),
  'a large attribute': (editor, file) =>
    editor.setAttribute(file.rootAddress, {
      name: 'large',
      type: integerType(4, true),
      space: { version: 1, kind: 'simple', dimensions: [30_000], maximum: undefined },
      data: new Uint8Array(120_000).fill(7),
    }),
  'other values and a larger dataset': (editor, file) => {
    for (const { path, link } of file.visit()) {
      if (link.kind !== 'hard') continue
      const object = file.object(link.address, path)
      if (object.kind !== 'dataset' || object.layout.kind !== 'chunked') continue
      const { shape, maxShape, type } = object
      const one = shape.map(() => 1)
      if (!shape.includes(0)) {
        editor.writeElements(
          object.address,
          boxSet(
            shape.map(() => 0),
            one,
          ),
          new Uint8Array(type.size).fill(3),
        )
      }
      if (maxShape[0] === null)
        editor.resize(
          object.address,
          shape.map((size, axis) => (axis === 0 ? size + 9 : size)),
        )
    }
  },
}

const FILES = ['chunk-indexes-old.h5', 'chunk-indexes-latest.h5', 'attributes-dense.h5', 'superblock-3-latest.h5']

for (const name of FILES) {
  for (const [change, step] of Object.entries(CHANGES)) {
    test(`${change} in ${name}: stopped anywhere, the file is the old or the new one`, (t) => {
      const old = golden(name)
      const fresh = edited(old, step)
      const whole = attempt(new FaultyDisk(old), step)
      t.true(same(whole.file.view(0, whole.file.size), fresh))
      const found = { old: 0, new: 0, neither: 0 }
      for (const remains of ['all', 'nothing', 'half'] satisfies Remains[]) {
        for (let at = 0; at < whole.steps; at++) {
          const after = attempt(new FaultyDisk(old, at, remains), step).afterCrash()
          const journal = after.journal.open()
          if (journal !== undefined) rollBack(after.file, journal)
          const bytes = after.file.view(0, after.file.size)
          found[same(bytes, old) ? 'old' : same(bytes, fresh) ? 'new' : 'neither']++
        }
      }
      t.is(found.neither, 0)
      t.true(found.old > 0)
    })
  }
}

/** A store that is looked at after each step. */
function watched(bytes: Uint8Array, look: (bytes: Uint8Array) => void): BufferStore {
  const store = new BufferStore(bytes)
  const { write, truncate } = store
  store.write = (address, piece) => {
    write.call(store, address, piece)
    look(store.written)
  }
  store.truncate = (size) => {
    truncate.call(store, size)
    look(store.written)
  }
  return store
}

for (const [change, step] of Object.entries(CHANGES)) {
  test(`${change}: whoever looks on finds the old file, the new one, or one that is marked as being written`, (t) => {
    const old = golden('superblock-3-latest.h5')
    const fresh = edited(old, step)
    let marked = 0
    const store = watched(old, (bytes) => {
      // Before its end is cut off, the new file has more bytes behind it.
      if (same(bytes, old) || same(bytes.subarray(0, fresh.length), fresh)) return
      marked++
      t.throws(() => openBytes(bytes.slice(), { allowTruncated: true }), { message: /marked as open for writing/ })
    })
    const file = openStore(store, new FaultyDisk(old).journal)
    step(file.editor, file)
    file.editor.commit()
    t.true(same(store.written, fresh))
    t.true(marked > 0)
  })
}

function attempt(disk: FaultyDisk, step: (editor: Editor, file: File) => void): FaultyDisk {
  const file = openStore(disk.file, disk.journal)
  step(file.editor, file)
  try {
    file.editor.commit()
  } catch (error) {
    if (!(error instanceof Error && error.message === 'the disk failed')) throw error
  }
  return disk
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
