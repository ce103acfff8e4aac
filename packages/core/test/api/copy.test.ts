import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { CopyObjectOptions, File } from '../../src/node.ts'
import { copyLink, copyObject, createFile, editFile, NotFoundError, openFile, WriteError } from '../../src/node.ts'
import { walk } from '../support/walk.ts'

const golden = fileURLToPath(new URL('../../../../golden/files/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'h5kit-copy-'))
test.after.always(() => rmSync(folder, { recursive: true }))

let count = 0

/** A new file with a copy of an object at /copy, as it reads when it is opened again. */
function copied(name: string, path: string, options: CopyObjectOptions = {}): File {
  const target = join(folder, `${count++}.h5`)
  createFile(target).close()
  const source = openFile(golden + name)
  const file = editFile(target)
  copyObject(source.get(path), file.root, 'copy', options)
  file.editor.commit()
  file.close()
  source.close()
  return openFile(target)
}

test('references lead nowhere, or to copies of what they led to', (t) => {
  const plain = copied('types-references.h5', '/objects')
  t.deepEqual(plain.keys(), ['copy'])
  t.deepEqual([...new Set(plain.dataset('copy').read() as unknown[])], [null])
  const expanded = copied('types-references.h5', '/objects', { expandRefs: true })
  const pointed = expanded.keys().filter((key) => key.startsWith('~obj_pointed_by_'))
  t.true(pointed.length > 0)
  for (const key of pointed) t.is(key, `~obj_pointed_by_${expanded.get(key).address}`)
  t.is(walk(expanded).errors.length, 0)
  for (const { link } of expanded.visit()) {
    if (link.kind !== 'hard') continue
    const links = [...expanded.visit()].filter(
      (each) => each.link.kind === 'hard' && each.link.address === link.address,
    )
    t.is(expanded.object(link.address).referenceCount, links.length, link.name)
  }
})

test('within a file, references lead where they led', (t) => {
  const path = join(folder, 'one.h5')
  copyFileSync(`${golden}types-references.h5`, path)
  const file = editFile(path)
  copyObject(file.get('/objects'), file.root, '/new/objects', { parents: true })
  file.editor.commit()
  t.deepEqual(file.dataset('/new/objects').read(), file.dataset('/objects').read())
  t.deepEqual(file.dataset('/new/objects').raw(), file.dataset('/objects').raw())
  file.close()
})

test('within a file, references of what links to other files led to lead nowhere', (t) => {
  const path = join(folder, 'two.h5')
  copyFileSync(`${golden}types-references.h5`, join(folder, 'other.h5'))
  const made = createFile(path)
  made.createGroup('group').createExternalLink('objects', 'other.h5', '/objects')
  made.close()
  const file = editFile(path)
  copyObject(file.get('/group'), file.root, 'copy', { expandExternal: true })
  file.editor.commit()
  file.close()
  const values = openFile(path).dataset('/copy/objects').read() as unknown[]
  t.deepEqual([...new Set(values)], [null])
  t.true(values.length > 0)
})

test('committed datatypes are copied once, or merged with those that are there', (t) => {
  const path = join(folder, 'types.h5')
  createFile(path).close()
  const source = openFile(`${golden}attributes-shared-type.h5`)
  const file = editFile(path)
  copyObject(source.get('/earliest'), file.root, 'first')
  copyObject(source.get('/earliest'), file.root, 'second')
  copyObject(source.get('/earliest'), file.root, 'merged', { mergeCommittedTypes: true })
  file.editor.commit()
  file.close()
  const copy = openFile(path)
  const first = copy.get('/first/record')
  t.not(copy.get('/second/record').address, first.address)
  t.is(copy.get('/merged/record').address, first.address)
  t.is(copy.dataset('/merged/points').committed, copy.dataset('/first/points').committed)
  const uses = first.referenceCount
  t.is(uses, 2 * openFile(`${golden}attributes-shared-type.h5`).get('/earliest/record').referenceCount)
  t.is(walk(copy).errors.length, 0)
})

test('what is in the way or missing on the way is named, and the file stays as it was', (t) => {
  const path = join(folder, 'stays.h5')
  copyFileSync(`${golden}book-demo.h5`, path)
  const file = editFile(path)
  const size = openFile(path).image.source.size
  t.throws(() => copyObject(file.root, file.root, '/'), { instanceOf: WriteError })
  const [name] = file.keys()
  t.throws(() => copyObject(file.root, file.root, name), { instanceOf: WriteError })
  t.throws(() => copyObject(file.root, file.root, 'a/b'), { instanceOf: NotFoundError })
  const read = openFile(path)
  t.throws(() => copyObject(file.root, read.root, 'x'), { instanceOf: WriteError })
  file.editor.abandon()
  file.close()
  t.is(openFile(path).image.source.size, size)
})

test('links are copied as they are', (t) => {
  const path = join(folder, 'links.h5')
  createFile(path).close()
  const source = openFile(`${golden}links-every-kind.h5`)
  const file = editFile(path)
  for (const name of ['soft dangling', 'external dangling']) copyLink(source.link(name), file.root, name)
  file.editor.commit()
  for (const name of ['soft dangling', 'external dangling']) {
    t.like(file.link(name), { ...source.link(name), creationOrder: undefined })
  }
  file.close()
})

test('only groups at the top are gone into where members are left out', (t) => {
  const copy = copied('links-cycle.h5', '/one', { shallow: true })
  t.deepEqual([...copy.visit()].map(({ path }) => path).sort(), ['copy', 'copy/self', 'copy/two'])
})

test('what other links led to as well counts those of the copy alone, and is as old as it was', (t) => {
  const path = '/same group'
  const original = openFile(`${golden}object-reference-count.h5`)
  const copy = copied('object-reference-count.h5', path)
  const before = original.get(path)
  const after = copy.get('copy')
  t.true(before.referenceCount > 1)
  t.is(after.referenceCount, 2)
  t.not(before.modificationTime, undefined)
  t.is(after.modificationTime, before.modificationTime)
})
