import { Changes } from '../../src/api/changes.ts'
import type { OpenOptions } from '../../src/api/context.ts'
import type { File } from '../../src/api/file.ts'
import { openWith } from '../../src/api/file.ts'
import type { OpenedImage } from '../../src/api/open-image.ts'
import { FilterPipeline } from '../../src/filters/pipeline.ts'
import { filterFinder } from '../../src/filters/registry.ts'
import { nodeZlib } from '../../src/filters/zlib.node.ts'
import type { ByteStore } from '../../src/io/byte-store.ts'
import { BufferStore } from '../../src/io/byte-store.ts'
import type { StorageExtent } from '../../src/objects/storage-extents.ts'
import type { Editor } from '../../src/write/editor.ts'
import { Editor as NewEditor } from '../../src/write/editor.ts'
import type { JournalPlace } from '../../src/write/journal.ts'
import { Transaction } from '../../src/write/transaction.ts'

const pipeline = new FilterPipeline(filterFinder(nodeZlib))

/** Opens a file, wherever it is, to be changed. */
export function openStore(store: ByteStore, journal?: JournalPlace, options: OpenOptions = {}): File {
  const transaction = new Transaction(store, journal)
  const changes = (file: File, opened: OpenedImage): Changes =>
    new Changes(file, new NewEditor(opened, transaction, { now: 1_700_000_000 }))
  return openWith(transaction, pipeline, options, { sink: transaction, changes })
}

/** The bytes of a file once it was changed. */
export function edited(bytes: Uint8Array, change: (editor: Editor, file: File) => void): Uint8Array {
  const store = new BufferStore(bytes)
  const file = openStore(store)
  change(file.editor, file)
  file.editor.commit()
  return store.written.slice()
}

/** The parts of a file that belong to something, in the order of their addresses. */
export function extentsOf(file: File): StorageExtent[] {
  const found = [...file.extents(), ...file.root.extents()]
  const seen = new Set([file.rootAddress])
  for (const { link } of file.visit()) {
    if (link.kind !== 'hard' || seen.has(link.address)) continue
    seen.add(link.address)
    found.push(...file.object(link.address).extents())
  }
  return found.sort((a, b) => a.address - b.address)
}

/** What is wrong with the places of a file's parts: one that reaches into another, or past the end. */
export function misplaced(file: File): string[] {
  const wrong: string[] = []
  let end = 0
  let previous = 'nothing'
  for (const { structure, address, length } of extentsOf(file)) {
    if (address < end) wrong.push(`${structure} at ${address} overlaps ${previous} to ${end}`)
    end = address + length
    previous = `${structure} at ${address}`
  }
  if (end > file.size - file.userBlockSize) wrong.push(`${previous} to ${end} reaches past the end`)
  return wrong
}
