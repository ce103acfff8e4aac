import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { File } from '../../src/api/file.ts'
import { FormatError, UnsupportedError } from '../../src/errors.ts'
import { openFile } from '../../src/node.ts'
import type { StorageExtent } from '../../src/objects/storage-extents.ts'
import { extentsOf } from '../support/edit.ts'

const golden = fileURLToPath(new URL('../../../../golden/files', import.meta.url))

function parts(name: string): { file: File; extents: StorageExtent[] } {
  const file = openFile(join(golden, name))
  return { file, extents: extentsOf(file) }
}

/** Undefined for what is no HDF5 file, a part of one, or marked as open. */
function openedParts(name: string): ReturnType<typeof parts> | undefined {
  try {
    return parts(name)
  } catch (error) {
    if (error instanceof FormatError || error instanceof UnsupportedError) return undefined
    throw error
  }
}

/** Files that never freed anything, or keep track of it, and have no collection of the global heap. */
const ACCOUNTED = [
  'attributes-creation-order.h5',
  'attributes-dense-latest.h5',
  'attributes-version-1.h5',
  'chunk-filter-mask.h5',
  'chunk-indexes-large-old.h5',
  'external-storage.h5',
  'links-deep.h5',
  'links-dense-indirect.h5',
  'links-phase-change.h5',
  'space-fsm-persist.h5',
  'virtual-source-0.h5',
]

test('the parts of a file are in it and do not overlap', (t) => {
  let count = 0
  for (const name of readdirSync(golden)) {
    const found = openedParts(name)
    if (found === undefined) continue
    const { file, extents } = found
    let end = 0
    let previous = 'nothing'
    for (const { structure, address, length } of extents) {
      t.true(address >= end, `${name}: ${structure} at ${address} overlaps ${previous} to ${end}`)
      end = address + length
      previous = structure
    }
    t.true(end <= file.size - file.userBlockSize, `${name}: ${previous} to ${end}`)
    t.true(extents.length > 0)
    file.close()
    count++
  }
  t.true(count > 90, `${count} files`)
})

for (const name of ACCOUNTED) {
  test(`every byte of ${name} belongs to something`, (t) => {
    const { file, extents } = parts(name)
    const free = file
      .freeSpaceSections()
      .map(({ offset, size }) => ({ structure: 'free', address: offset, length: size }))
    const all = [...extents, ...free].sort((a, b) => a.address - b.address)
    let end = 0
    for (const { structure, address, length } of all) {
      t.is(address, end, structure)
      end = address + length
    }
    t.is(end, file.size)
    file.close()
  })
}
