import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import test from 'ava'
import { FormatError, NotFoundError, UnsupportedError } from '../../src/errors.ts'
import type { FileOptions } from '../../src/node.ts'
import { guessDriver, onionRevisions, openFile } from '../../src/node.ts'

/** What golden/write/drivers.py writes. */
const folder = fileURLToPath(new URL('../../../../golden/drivers/', import.meta.url))

const numbers = Array.from({ length: 60 }, (_, i) => i)

function holdsAll(t: ExecutionContext, name: string, options: FileOptions): void {
  const file = openFile(folder + name, options)
  t.deepEqual(file.root.keys(), ['chunks', 'group', 'numbers', 'references'])
  for (const path of ['numbers', 'chunks']) {
    const dataset = file.get(path)
    t.deepEqual(dataset.kind === 'dataset' && Array.from(dataset.read(), Number), numbers)
  }
  const text = file.get('group/text')
  t.deepEqual(text.kind === 'dataset' && text.read(), ['a', 'bc', ''])
  t.deepEqual(file.get('group').attribute('about').raw().length > 0, true)
  const references = file.get('references')
  if (references.kind !== 'dataset' || references.type.class !== 'reference') {
    t.fail()
    return
  }
  const reference = file.reference(references.type, references.raw(), 8)
  t.is(reference === undefined ? undefined : file.pathOf(reference.address), '/numbers')
  file.close()
}

for (const format of ['earliest', 'latest']) {
  test(`a family in the ${format} format is read as one file`, (t) => {
    holdsAll(t, `family-${format}-%02d.h5`, { driver: 'family' })
  })

  test(`a split file in the ${format} format is read as one file`, (t) => {
    holdsAll(t, `split-${format}`, { driver: 'split' })
    // Its first file has another name than that of six.
    t.throws(() => openFile(`${folder}split-${format}`, { driver: 'multi' }), { instanceOf: NotFoundError })
  })

  test(`a part of a set in the ${format} format is not taken for a file`, (t) => {
    t.throws(() => openFile(`${folder}family-${format}-00.h5`), { instanceOf: FormatError, message: /truncated/ })
    t.throws(() => openFile(`${folder}split-${format}-m.h5`), { instanceOf: UnsupportedError, message: /NCSAmult/ })
  })
}

test('a file in six parts has the addresses that the library gives it', (t) => {
  holdsAll(t, 'multi', { driver: 'multi' })
  const file = openFile(`${folder}multi`, { driver: 'multi' })
  t.is(file.number, 7)
  t.is(typeof file.fullAddress(file.rootAddress), 'bigint')
  t.true(file.fullAddress(file.rootAddress) > 2n ** 62n)
})

test('a whole file is read from memory', (t) => {
  const file = openFile(`${folder}onion.h5`, { driver: 'core' })
  t.deepEqual(file.root.keys(), ['numbers'])
})

test('a file with revisions is read as of any of them', (t) => {
  const path = `${folder}onion.h5`
  for (const revision of [0, 1, 2, 3]) {
    const file = openFile(path, { driver: 'onion', revision })
    const dataset = file.get('numbers')
    const factor = revision === 0 ? 1 : 10 ** revision
    t.deepEqual(
      dataset.kind === 'dataset' && Array.from(dataset.read(), Number),
      [0, 1, 2, 3, 4, 5, 6, 7].map((i) => i * factor),
    )
    t.is(file.root.keys().length, 1 + revision)
    file.close()
  }
  t.is(openFile(path, { driver: 'onion' }).root.keys().length, 4)
  t.throws(() => openFile(path, { driver: 'onion', revision: 4 }), {
    instanceOf: NotFoundError,
    message: /no revision 4: there are 3/,
  })
  t.deepEqual(
    onionRevisions(path).map(({ number, comment }) => [number, comment]),
    [
      [0, 'revision 1'],
      [1, 'revision 2'],
      [2, 'revision 3'],
    ],
  )
})

test('the driver is found by trying', (t) => {
  const tried = (name: string): string =>
    guessDriver(folder + name, undefined, (driver) => openFile(folder + name, { driver })).driver
  t.is(tried('onion.h5'), 'sec2')
  t.is(tried('family-latest-%02d.h5'), 'family')
  t.is(tried('split-earliest'), 'split')
  t.is(tried('multi'), 'multi')
  const nothing = guessDriver(`${folder}nothing`, undefined, (driver) => openFile(`${folder}nothing`, { driver }))
  t.is(nothing.opened, undefined)
  t.true(nothing.error instanceof NotFoundError)
})
