import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { dataspaceMessage } from '../../src/format/messages/dataspace.ts'
import { DATASPACE } from '../../src/format/messages/message-types.ts'
import { BufferSource, checkSource, createBytes } from '../../src/index.ts'
import { checkFile } from '../../src/node.ts'
import { edited } from '../support/edit.ts'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const GOLDEN = `${root}golden/files`
const CONFORMANCE = `${root}../shared/conformance/files`

/** Files in several parts: each by the name that stands for all of them. */
const SETS: readonly [parts: RegExp, name: string][] = [
  [/^driver-family-\d+\.h5$/, 'driver-family-%05d.h5'],
  [/^driver-split-[mr]\.h5$/, 'driver-split'],
  [/^family_file\d+\.h5$/, 'family_file%05d.h5'],
  [/^tfamily\d+\.h5$/, 'tfamily%05d.h5'],
  [/^tsplit_file-[mr]\.h5$/, 'tsplit_file'],
  [/^tmulti-[bglors]\.h5$/, 'tmulti'],
]

/** What is found in files that the reference's tools complain about, or refuse to open. */
const UNSOUND: Record<string, string[]> = {
  // A message of unknown type says that no one may go on who does not know it.
  'messages-unknown.h5': ['object-header.unknown-message'],
  // Marked as open for writing, which keeps the reference from opening them.
  'file-left-open.h5': ['superblock.file-consistency-flags'],
  'h5clear_log_v3.h5': ['superblock.file-consistency-flags'],
  'h5clear_sec2_v3.h5': ['superblock.file-consistency-flags'],
  'latest_h5clear_log_v3.h5': ['superblock.file-consistency-flags'],
  'latest_h5clear_sec2_v3.h5': ['superblock.file-consistency-flags'],
  'h5clear_fsm_persist_noclose.h5': ['superblock.root-group-object-header-address'],
  'h5clear_status_noclose.h5': ['superblock.file-consistency-flags', 'superblock.root-group-object-header-address'],
  // Shorter or longer than they say.
  'h5clear_fsm_persist_greater.h5': ['superblock.end-of-file-address'],
  'h5clear_fsm_persist_user_greater.h5': ['superblock.end-of-file-address'],
  'h5clear_fsm_persist_less.h5': ['superblock.end-of-file-address'],
  'h5clear_fsm_persist_user_less.h5': ['superblock.end-of-file-address'],
  'test_subfiling_precreate_rank_0.h5': ['superblock.end-of-file-address', 'superblock.object-header-address'],
  'test_subfiling_stripe_sizes.h5': [
    'superblock.driver-information-block-address',
    'superblock.end-of-file-address',
    'superblock.object-header-address',
  ],
  // Damaged on purpose.
  '3790_infinite_loop.h5': ['limit.metadata'],
  'err_attr_dspace.h5': ['shared-message-record.reference-count', 'shared-message.version'],
  'h5repack_CVE-2018-14460.h5': ['dataspace-message.dimension-n-size', 'fill-value-old-message.fill-value'],
  'h5repack_CVE-2018-17432.h5': ['dataspace-message.type'],
  'h5stat_err_old_fill.h5': ['fill-value-old-message.fill-value'],
  'h5stat_err_old_layout.h5': ['data-layout-message.dimensionality'],
  'h5stat_err_refcount.h5': ['object-header.reference-count', 'object-reference-count-message.version'],
  'tCVE-2021-37501_attr_decode.h5': ['dataspace-message.dimension-n-size'],
  'tCVE_2018_11206_fill_new.h5': ['fill-value-message.fill-value'],
  'tCVE_2018_11206_fill_old.h5': ['fill-value-old-message.fill-value'],
  // Its reference leads to an object that was deleted, which the reference's tools print as unknown.
  'trefer_obj_del.h5': ['reference.target'],
}

function isHdf5(path: string): boolean {
  const bytes = readFileSync(path)
  const signature = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1')
  for (let at = 0; at < bytes.length; at = at === 0 ? 512 : 2 * at) {
    if (bytes.subarray(at, at + 8).equals(signature)) return true
  }
  return false
}

function names(folder: string): string[] {
  const found = new Set<string>()
  for (const name of readdirSync(folder)) {
    const set = SETS.find(([parts]) => parts.test(name))
    if (set !== undefined) found.add(set[1])
    else if (isHdf5(`${folder}/${name}`)) found.add(name)
  }
  return [...found].sort()
}

for (const [folder, title] of [
  [GOLDEN, 'nothing is found in the golden files, whose bytes are all accounted for'],
  [CONFORMANCE, 'nothing is found in the conformance files that the reference reads without complaint'],
] as const) {
  test(title, (t) => {
    if (!existsSync(folder)) {
      t.pass()
      t.log('these files are not here')
      return
    }
    let sound = 0
    const wrong: string[] = []
    for (const name of names(folder)) {
      const { findings, account, size, userBlock } = checkFile(`${folder}/${name}`, { data: true })
      const codes = findings.filter(({ severity }) => severity !== 'note').map(({ code }) => code)
      const found = [...new Set(codes)].sort().join(', ')
      if (found !== [...(UNSOUND[name] ?? [])].sort().join(', ')) wrong.push(`${name}: ${found}`)
      if (UNSOUND[name] !== undefined) continue
      sound++
      if (account === undefined) continue
      const used = [...account.used.values()].reduce((sum, bytes) => sum + bytes, 0)
      const end = size - userBlock
      t.true(used + account.unreachable <= end && used > 0, `${name}: ${used} + ${account.unreachable} of ${end}`)
    }
    t.deepEqual(wrong, [])
    t.log(`${sound} sound files`)
    t.true(sound > 50)
  })
}

test('a heap of links may end in any of its blocks, those within others too', (t) => {
  const wrong: string[] = []
  for (let count = 1_000; count <= 31_000; count += 3_000) {
    const bytes = createBytes(
      (file) => {
        for (let i = 0; i < count; i++) file.createHardLink(`one of the names of the root group ${i}`, file)
      },
      { low: 'v110' },
    )
    for (const { code, message } of checkSource(new BufferSource(bytes), {}).findings) {
      wrong.push(`${count}: ${code} ${message}`)
    }
  }
  t.deepEqual(wrong, [])
})

test('a dataset may become smaller than its chunks, which it may not be from the start', (t) => {
  const made = createBytes((file) => {
    file.createDataset('grid', { shape: [4, 3], type: '<u2', chunks: [2, 2], maxShape: [4, 3] })
  })
  // Nothing says how large it may be again, as where the library made it.
  const smaller = edited(made, (editor, file) => {
    const object = editor.file.object(file.dataset('grid').address)
    const space = { version: 1, kind: 'simple' as const, dimensions: [2, 1], maximum: undefined }
    object.setMessage(editor.file.emitter, DATASPACE, dataspaceMessage, space)
  })
  t.deepEqual(checkSource(new BufferSource(smaller), {}).findings, [])
})
