import type { ExecutionContext } from 'ava'
import test from 'ava'
import { FormatError, IoError } from '../../src/errors.ts'
import { FileImage } from '../../src/format/file-image.ts'
import { readObjectHeader } from '../../src/format/read-object-header.ts'
import { createBytes, openBytes } from '../../src/index.ts'
import { BufferSink } from '../../src/io/byte-sink.ts'
import type { ByteSource } from '../../src/io/byte-source.ts'
import { groupDraft } from '../../src/write/drafts.ts'
import type { FileOptions } from '../../src/write/file-options.ts'
import { FileWriter } from '../../src/write/file-writer.ts'
import { copyDataHere } from '../../src/write/object-copy-data.ts'
import { draftOfHeader } from '../../src/write/object-copy-header.ts'
import { versionsFor } from '../../src/write/version-bounds.ts'

/** Elements of a chunk: two chunks are longer than what is written at once. */
const CHUNK = 40_000
const CHUNKS = 12

const data = Float64Array.from({ length: CHUNK * CHUNKS }, (_, i) => i + 1)
const whole = createBytes((file) => {
  file.createDataset('d', { data, chunks: [CHUNK] })
})

/** Copies the dataset of a source where that fails; returns the new file, with what came before. */
function failingCopy(
  t: ExecutionContext,
  source: ByteSource,
  error: typeof FormatError | typeof IoError,
  options: FileOptions = {},
): Uint8Array {
  const { image, space, elementSize, layout } = openBytes(whole).dataset('d').rawDataset
  const header = readObjectHeader(image, openBytes(whole).dataset('d').address)
  const draft = draftOfHeader(image, header, versionsFor('earliest'))
  if (draft.kind !== 'dataset') return t.fail() as never
  const sink = new BufferSink()
  const writer = new FileWriter(sink, options)
  const damaged = new FileImage(source, image.sizes, image.pipeline)
  const stored = { image: damaged, space, elementSize, layout, filters: [], mover: undefined, draft }
  const places = { store: () => t.fail() as never, newAddress: () => undefined }
  t.throws(() => copyDataHere(stored, writer.emitter, places), { instanceOf: error })
  const root = groupDraft()
  root.links.set('d', { kind: 'hard', object: draft })
  writer.finish(root)
  return sink.written
}

/** The chunks up to a number are there, and no others. */
function hasChunks(t: ExecutionContext, bytes: Uint8Array, count: number): void {
  const dataset = openBytes(bytes).dataset('d')
  t.is([...dataset.chunks()].length, count)
  const expected = data.map((value, i) => (i < count * CHUNK ? value : 0))
  t.is(Buffer.compare(new Uint8Array((dataset.read() as Float64Array).buffer), new Uint8Array(expected.buffer)), 0)
}

const [, , , , , , , broken] = openBytes(whole).dataset('d').chunks()

test('a source that cannot be read further leaves the chunks that were written, and lists no others', (t) => {
  const source: ByteSource = {
    size: whole.length,
    view: (address, length) => whole.subarray(address, address + length),
    read(address, into) {
      if (address + into.length > broken.address) throw new IoError('the disk is broken')
      into.set(whole.subarray(address, address + into.length))
    },
  }
  // The seventh ends in the piece that cannot be read whole.
  hasChunks(t, failingCopy(t, source, IoError), 6)
  // Apart from each other, chunks are written one by one.
  hasChunks(t, failingCopy(t, source, IoError, { alignment: { threshold: 1, alignment: 4096 } }), 7)
})

test('a chunk behind the end of the file leaves all that came before it', (t) => {
  const source: ByteSource = {
    size: broken.address + broken.size - 1,
    view: (address, length) => whole.subarray(address, address + length),
  }
  hasChunks(t, failingCopy(t, source, FormatError), 7)
})
