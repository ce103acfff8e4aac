import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as core from '@h5kit/core'
import type { File } from '@h5kit/core/node'
import * as node from '@h5kit/core/node'
import { FormatError, IoError, NotFoundError, openFile, TypeMismatchError } from '@h5kit/core/node'
import test from 'ava'

const folder = fileURLToPath(new URL('../golden/files', import.meta.url))
const golden = (name: string): string => join(folder, `${name}.h5`)

/** Everything that the engine's entry exports at run time. A name is added or taken away here on purpose. */
const EXPORTS = [
  'Attribute',
  'BufferSource',
  'Dataset',
  'File',
  'FileRepack',
  'FilterError',
  'FormatError',
  'Group',
  'Hdf5Error',
  'IoError',
  'LIBRARY_FILTERS',
  'LimitError',
  'MemorySequences',
  'NamedDatatype',
  'NewDataset',
  'NewFile',
  'NewGroup',
  'NewType',
  'NotFoundError',
  'POLICIES',
  'Pending',
  'RemoteSource',
  'SelectionError',
  'TypeMismatchError',
  'UNDEFINED',
  'UnreachableError',
  'UnsupportedError',
  'WriteError',
  'arrayType',
  'bitfieldType',
  'bitsOf',
  'booleanType',
  'checkSource',
  'compareText',
  'completeChange',
  'complexPairType',
  'complexType',
  'compoundType',
  'convert',
  'converter',
  'copyLink',
  'copyObject',
  'copyRange',
  'createBytes',
  'decodeColumns',
  'decodeFloat',
  'decodeText',
  'decodeValues',
  'downgradeDataset',
  'downgradeFile',
  'encodeText',
  'encodeValues',
  'encodedTypeSize',
  'enumType',
  'extendedType',
  'floatType',
  'hyperslab',
  'ieeeType',
  'inMemory',
  'integerType',
  'isHdf5',
  'littleEndian',
  'mask',
  'nativeFloat',
  'nativeType',
  'opaqueType',
  'openBytes',
  'openSource',
  'parseType',
  'points',
  'recoverObjects',
  'referenceType',
  'registerFilter',
  'resume',
  'sameType',
  'sequenceType',
  'slice',
  'stringType',
  'timeType',
  'together',
  'typeLabel',
  'union',
  'variableStringType',
]
const NODE_EXPORTS = [
  'AtomicFile',
  'FileLock',
  'FileSource',
  'LockList',
  'ScratchFile',
  'checkFile',
  'clearFile',
  'createFile',
  'editFile',
  'guessDriver',
  'lockingAskedFor',
  'newParts',
  'onionRevisions',
  'openFile',
  'openForReading',
  'readFileEnds',
  'repartFile',
]

test('the entry exports these names and no others', (t) => {
  t.deepEqual(Object.keys(core).sort(), EXPORTS)
})

test('the entry for Node adds files', (t) => {
  t.deepEqual(Object.keys(node).sort(), [...EXPORTS, ...NODE_EXPORTS].sort())
})

test('a file opens by path, from bytes and from any source, all alike', (t) => {
  const path = golden('book-demo')
  const bytes = readFileSync(path)
  const source: core.ByteSource = { size: bytes.length, view: (at, length) => bytes.subarray(at, at + length) }
  const shared = new ArrayBuffer(bytes.length)
  new Uint8Array(shared).set(bytes)
  for (const open of [
    () => openFile(path),
    () => core.openBytes(bytes),
    () => core.openBytes(shared),
    () => core.openSource(source),
  ]) {
    using file = open()
    t.deepEqual(file.keys(), ['array', 'group', 'scalar'])
    t.is(file.dataset('scalar').value, 42n)
  }
})

test('groups are walked by names, links, objects and paths', (t) => {
  using file = openFile(golden('book-dust'))
  t.deepEqual(file.keys(), ['experiment0', 'experiment1', 'experiment2', 'latest'])
  const { root } = file
  t.is(root.path, '/')
  t.is(root.name, '')
  t.is(root.linkCount, 4)
  t.deepEqual(
    [...root].map((link) => `${link.name} ${link.kind}`),
    ['experiment0 hard', 'experiment1 hard', 'experiment2 hard', 'latest soft'],
  )
  t.deepEqual(
    [...root.objects()].map((object) => `${object.path} ${object.kind}`),
    ['/experiment0 group', '/experiment1 group', '/experiment2 group', '/latest group'],
  )
  const group = root.group('experiment1')
  t.deepEqual(group.keys(), ['detector0', 'detector1', 'impacts'])
  t.is(group.get('detector0').path, '/experiment1/detector0')
  t.is(group.get('/experiment0').path, '/experiment0')
  t.is(file.get('//experiment1/./impacts/').path, '/experiment1/impacts')
  t.is(file.get('latest').address, file.get('experiment2').address)
  t.true(file.has('latest/impacts'))
  t.false(file.has('latest/nothing'))
  t.deepEqual(file.link('latest'), {
    kind: 'soft',
    name: 'latest',
    creationOrder: undefined,
    characterSet: 0,
    target: '/experiment2',
  })
  t.is(file.pathOf(file.get('latest/impacts').address), '/experiment2/impacts')
})

test('a visit comes to every link once, and ends in a cycle', (t) => {
  using file = openFile(golden('links-cycle'))
  t.deepEqual(
    [...file.visit()].map(({ path }) => path),
    [
      'one',
      'one/self',
      'one/two',
      'one/two/back to one',
      'one/two/root',
      'one/two/soft up',
      'one/two/three',
      'one/two/three/values',
      'values',
      'zwei',
    ],
  )
  t.is(file.get('one/self/self/two/back to one/two/soft up/self').address, file.get('one').address)
  t.is(file.get('one').referenceCount, 3)
})

test('links lead through soft and external links, and those that lead nowhere say so', (t) => {
  using file = openFile(golden('links-every-kind'))
  t.is(file.get('soft to soft').address, file.get('group/values').address)
  const there = file.dataset('external to dataset')
  t.is(there.path, '/external to dataset')
  t.regex(there.file.name, /links-external-target\.h5$/)
  t.is(file.dataset('external and back').file.name, golden('links-every-kind'))
  for (const path of ['soft dangling', 'soft to itself', 'external dangling', 'external without file', 'nothing']) {
    t.false(file.has(path), path)
    const error = t.throws(() => file.get(path), { instanceOf: NotFoundError }, path)
    t.true(error.path !== undefined && error.file !== undefined, path)
  }
  t.false([...file.root.objects()].some(({ name }) => name.includes('dangling')))
})

test('attributes have a name, a shape, a type and values', (t) => {
  using file = openFile(golden('book-attributes'))
  const dataset = file.dataset('dataset')
  t.is(dataset.attributeCount, 9)
  t.deepEqual(dataset.attributeNames(), [
    'empty',
    'fixed',
    'names',
    'ones',
    'run_id',
    'sample_rate',
    'title',
    'two byte int',
    'unicode',
  ])
  const value = (name: string) => dataset.attribute(name).value
  t.is(value('title'), 'Dataset from third round of experiments')
  t.is(value('fixed'), 'This is fixed')
  t.is(value('unicode'), 'Café Ω €')
  t.is(value('sample_rate'), 100e6)
  t.is(value('run_id'), 144n)
  t.is(value('two byte int'), 190)
  t.deepEqual(value('ones'), Int16Array.of(1, 1, 1, 1, 1, 1))
  t.deepEqual(value('names'), ['first', 'second', 'trés'])
  t.is(value('empty'), undefined)
  const ones = dataset.attribute('ones')
  t.deepEqual(ones.shape, [2, 3])
  t.is(ones.type.class, 'fixed-point')
  t.is(ones.path, '/dataset')
  t.true(dataset.hasAttribute('ones'))
  t.false(dataset.hasAttribute('twos'))
  const error = t.throws(() => dataset.attribute('twos'), { instanceOf: NotFoundError, message: /"twos"/ })
  t.is(error.path, '/dataset')
})

test('a dataset tells all that describes it', (t) => {
  using file = openFile(golden('book-dust'))
  const dataset = file.dataset('experiment0/detector0')
  t.is(dataset.name, 'detector0')
  t.deepEqual(dataset.shape, [24])
  t.deepEqual(dataset.maxShape, [24])
  t.is(dataset.type.class, 'fixed-point')
  t.is(dataset.type.size, 2)
  t.is(dataset.layout.kind, 'chunked')
  t.deepEqual(dataset.chunkShape, [8])
  t.deepEqual(
    dataset.filters.map(({ id, parameters, optional }) => ({ id, parameters, optional })),
    [{ id: 1, parameters: [4], optional: true }],
  )
  t.is(dataset.fillValue, 0)
  t.is(dataset.storageSize, 75)
  t.deepEqual(
    [...dataset.chunks()].map(({ offset, filterMask }) => ({ offset, filterMask })),
    [0, 8, 16].map((start) => ({ offset: [start], filterMask: 0 })),
  )
  t.is(file.dataset('experiment0/impacts').chunkShape, undefined)
})

test('a dataset is read as typed arrays, or as objects where numbers do not do', (t) => {
  using file = openFile(golden('book-dust'))
  const values = file.dataset('experiment0/detector0').read()
  t.true(values instanceof Int16Array)
  t.deepEqual([...values].slice(0, 6), [-133, -309, -586, 1325, 1313, 1714])
  t.deepEqual(file.dataset('experiment0/impacts').read(), [
    { id: 1, state: 'ok', charge: 12.5, kept: true },
    { id: 2, state: 'noise', charge: -1, kept: false },
  ])
  using demo = openFile(golden('book-demo'))
  t.deepEqual(
    demo.dataset('array').read(),
    BigInt64Array.from({ length: 100 }, (_, i) => BigInt(i)),
  )
  t.is(demo.dataset('group/subarray').read().length, 8)
})

test('errors are of one family and say which object of which file', (t) => {
  using file = openFile(golden('book-demo'))
  const missing = t.throws(() => file.get('group/nothing/below'), { instanceOf: NotFoundError, message: /"nothing"/ })
  t.is(missing.file, golden('book-demo'))
  t.is(missing.kind, 'not-found')
  const wrong = t.throws(() => file.dataset('group'), {
    instanceOf: TypeMismatchError,
    message: /group, not a dataset/,
  })
  t.is(wrong.path, '/group')
  t.throws(() => openFile(golden('there-is-none')), { instanceOf: NotFoundError, message: /there-is-none/ })
  t.throws(() => core.openBytes(new Uint8Array(4000)), { instanceOf: FormatError, message: /not an HDF5 file/ })
})

test('a file that its writer did not close opens when that is allowed', (t) => {
  const path = golden('file-left-open')
  t.throws(() => openFile(path), { instanceOf: FormatError, message: /marked as open for writing/ })
  using file = openFile(path, { allowUnclosed: true })
  t.true(file.superblock.consistencyFlags > 0)
  t.is(file.keys().length, file.root.linkCount)
})

test('a file that was cut off opens when that is allowed, and is read as far as it goes', (t) => {
  const bytes = readFileSync(golden('book-demo'))
  const cut = bytes.subarray(0, bytes.length - 1)
  t.throws(() => core.openBytes(cut), { instanceOf: FormatError, message: /truncated/ })
  t.deepEqual(core.openBytes(cut, { allowTruncated: true }).keys(), ['array', 'group', 'scalar'])
})

test('a closed file cannot be read, and can be closed twice', (t) => {
  const file: File = openFile(golden('book-dust'))
  const dataset = file.dataset('experiment2/detector1')
  file.close()
  file.close()
  t.throws(() => dataset.read(), { instanceOf: IoError, message: /is closed/ })
})
