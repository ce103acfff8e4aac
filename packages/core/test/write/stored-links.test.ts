import test from 'ava'
import { WriteError } from '../../src/errors.ts'
import { createBytes, openBytes } from '../../src/index.ts'
import { edited, misplaced } from '../support/edit.ts'

const STORED = 300
const name = (i: number): string => `link ${(i * 7919) % STORED}`

for (const [low, trackOrder] of [
  ['earliest', false],
  ['v110', false],
  ['v110', true],
] as const) {
  test(`links are added to many in a group (${low}${trackOrder ? ', in order' : ''})`, (t) => {
    const bytes = createBytes(
      (file) => {
        const target = file.createDataset('target', { data: 1 })
        const group = file.createGroup('group', { trackOrder })
        for (let i = 0; i < STORED; i++) {
          if (i % 3 === 0) group.createSoftLink(name(i), `/path ${i}`)
          else group.createHardLink(name(i), target)
        }
      },
      { low },
    )
    const before = openBytes(bytes)
    const target = before.dataset('target')
    const { address } = before.group('group')
    const added = ['a first one', 'link 150 and a half', 'zzz']
    const after = openBytes(
      edited(bytes, (editor) => {
        for (const each of added) {
          editor.link(address, each, { kind: 'hard', object: { kind: 'existing', address: target.address } })
          t.throws(() => editor.link(address, each, { kind: 'soft', path: '/' }), { instanceOf: WriteError })
        }
        editor.link(address, 'soft', { kind: 'soft', path: '/somewhere' })
        const taken = { kind: 'soft', path: '/' } as const
        t.throws(() => editor.link(address, name(STORED - 1), taken), { instanceOf: WriteError })
        t.is(editor.findLink(address, name(0))?.kind, 'soft')
      }),
    )
    t.deepEqual(misplaced(after), [])
    const group = after.group('group')
    const stored = Array.from({ length: STORED }, (_, i) => name(i))
    const all = [...stored, ...added, 'soft']
    t.deepEqual(group.keys(), [...all].sort())
    if (trackOrder) t.deepEqual(group.keys('creation'), all)
    for (const [i, each] of stored.entries()) {
      const link = group.link(each)
      if (link.kind === 'soft') t.is(link.target, `/path ${i}`)
      else t.is(link.kind === 'hard' && link.address, target.address)
      t.is(link.kind, i % 3 === 0 ? 'soft' : 'hard')
    }
    t.is(after.dataset('target').referenceCount, target.referenceCount + added.length)
  })
}
