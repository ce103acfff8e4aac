import test from 'ava'
import { checkSource } from '../../src/api/check-source.ts'
import { BufferSource, createBytes, openBytes } from '../../src/index.ts'
import { edited, misplaced } from '../support/edit.ts'

/** A file whose root group has a symbol table with one full node, and room for no more names. */
function full(): Uint8Array {
  return createBytes((file) => {
    for (let i = 0; i < 8; i++) file.createGroup(`g${i}`)
  })
}

test('a link that comes and goes again and again takes no more room each time', (t) => {
  let bytes = full()
  const sizes: number[] = []
  for (let round = 0; round < 6; round++) {
    const name = `link ${'n'.repeat(round)}`
    bytes = edited(bytes, (_, file) => file.root.createHardLink(name, file.get('g0')))
    sizes.push(bytes.length)
    t.deepEqual(misplaced(openBytes(bytes)), [])
    bytes = edited(bytes, (_, file) => file.root.delete(name))
    t.deepEqual(openBytes(bytes).root.keys().sort(), openBytes(full()).root.keys().sort())
  }
  t.deepEqual(sizes, new Array(6).fill(sizes[0]))
  // The first time the names get a place for more, and a node comes to the end.
  t.true(bytes.length < full().length + 400, `${full().length} bytes have become ${bytes.length}`)
})

test('links that come one by one take little more room than at once, and give it back', (t) => {
  const names = Array.from({ length: 100 }, (_, i) => `link number ${i}`)
  const atOnce = edited(full(), (_, file) => {
    for (const name of names) file.root.createHardLink(name, file.get('g0'))
  })
  let bytes = full()
  for (const name of names) bytes = edited(bytes, (_, file) => file.root.createHardLink(name, file.get('g0')))
  t.deepEqual(misplaced(openBytes(bytes)), [])
  t.deepEqual(openBytes(bytes).root.keys().sort(), openBytes(atOnce).root.keys().sort())
  // The names are moved to a place for twice as many each time, which leaves as much behind.
  const text = names.reduce((sum, name) => sum + Math.ceil((name.length + 1) / 8) * 8, 0)
  t.true(bytes.length < atOnce.length + 4 * text, `${bytes.length} bytes, ${atOnce.length} at once`)
  const fewer = edited(bytes, (_, file) => {
    for (const name of names) file.root.delete(name)
  })
  t.deepEqual(misplaced(openBytes(fewer)), [])
  t.deepEqual(openBytes(fewer).root.keys().sort(), openBytes(full()).root.keys().sort())
})

test('links that leave a header take nothing along of what filled its messages up', (t) => {
  const file = createBytes((made) => {
    made.createSoftLink('some', '/nowhere')
  })
  const few = edited(file, (_, changed) => changed.root.createExternalLink('outside', 'other.h5', '/there'))
  const many = edited(few, (_, changed) => {
    for (let i = 0; i < 20; i++) changed.root.createSoftLink(`link ${i}`, '/some')
  })
  const { findings } = checkSource(new BufferSource(many))
  t.deepEqual(
    findings.filter(({ severity }) => severity !== 'note'),
    [],
  )
  t.is(openBytes(many).root.keys().length, 22)
})
