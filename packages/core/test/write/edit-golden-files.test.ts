import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { File } from '../../src/api/file.ts'
import { integerType } from '../../src/datatype/types.ts'
import { TypeMismatchError } from '../../src/errors.ts'
import type { Dataspace } from '../../src/format/messages/dataspace.ts'
import { openBytes } from '../../src/node.ts'
import { groupDraft } from '../../src/write/drafts.ts'
import type { Editor } from '../../src/write/editor.ts'
import { describe } from '../support/describe.ts'
import { edited, misplaced } from '../support/edit.ts'
import { walk } from '../support/walk.ts'

const golden = fileURLToPath(new URL('../../../../golden/files', import.meta.url))

/** Files that cannot be read whole: marked as open, a part of a set, or with messages that have to be understood and are not. */
const APART = /^(file-left-open|driver-family|driver-split|superblock-swmr|external-storage.*\.bin|messages-unknown)/

const SCALAR: Dataspace = { version: 1, kind: 'scalar', dimensions: [], maximum: undefined }

function objects(file: File): number[] {
  const found = new Set([file.rootAddress])
  for (const { link } of file.visit()) if (link.kind === 'hard') found.add(link.address)
  return [...found]
}

/** Gives every object an attribute, and every group a group and a soft link. */
function addEverywhere(editor: Editor, file: File): void {
  for (const { address, kind } of objects(file).map((each) => file.object(each))) {
    editor.setAttribute(address, {
      name: 'probe attribute',
      type: integerType(4, true),
      space: SCALAR,
      data: new Uint8Array([1, 2, 3, 4]),
    })
    if (kind !== 'group') continue
    editor.link(address, 'probe group', { kind: 'hard', object: groupDraft() })
    editor.link(address, 'probe link', { kind: 'soft', path: '/nowhere' })
  }
}

function removeEverywhere(editor: Editor, file: File): void {
  const marked = objects(file)
    .map((address) => file.object(address))
    .filter((object) => object.hasAttribute('probe attribute'))
  for (const { address, kind } of marked) {
    editor.removeAttribute(address, 'probe attribute')
    if (kind !== 'group') continue
    editor.unlink(address, 'probe group')
    editor.unlink(address, 'probe link')
  }
}

/** What a file tells, without the size that it has room for in memory. */
function told(bytes: Uint8Array): string[] {
  return describe(openBytes(bytes))
}

for (const name of readdirSync(golden)) {
  if (APART.test(name) || !name.endsWith('.h5')) continue
  test(`what is added everywhere to ${name} and taken away again leaves no trace`, (t) => {
    const before = new Uint8Array(readFileSync(join(golden, name)))
    const added = edited(before, addEverywhere)
    const between = openBytes(added)
    t.deepEqual(misplaced(between), [])
    t.is(walk(between).errors.length, walk(openBytes(before)).errors.length)
    t.true(between.root.hasAttribute('probe attribute'))
    t.is(between.group('probe group').linkCount, 0)
    const after = edited(added, removeEverywhere)
    t.deepEqual(misplaced(openBytes(after)), [])
    t.deepEqual(told(after), told(before))
  })
}

test('attributes whose texts leave no room for the null that should end them are written as they are read', (t) => {
  const before = new Uint8Array(readFileSync(join(golden, 'pytables-arrays.h5')))
  const after = edited(before, (_, file) => {
    file.root.modifyAttribute('VERSION', '2.0')
    t.throws(() => file.root.modifyAttribute('VERSION', '2.01'), { instanceOf: TypeMismatchError })
  })
  t.is(openBytes(before).root.attribute('VERSION').type.size, 3)
  const { type, value } = openBytes(after).root.attribute('VERSION')
  t.deepEqual([type.size, value], [3, '2.0'])
})
