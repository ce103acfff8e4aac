import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { anatomy, repaired, seeded } from '../packages/core/test/support/damage.ts'
import { COMMANDS, examine } from './fuzz/examine.ts'
import { mutate } from './fuzz/mutate.ts'

const golden = fileURLToPath(new URL('../golden/files', import.meta.url))

/** Of each file; `test/fuzz/main.ts` is the long form. */
const ROUNDS = Number(process.env.H5KIT_FUZZ_ROUNDS ?? 12)

/** Commands that read. */
const READING = COMMANDS.filter((words) => !words.includes('OUT'))

const folder = mkdtempSync(join(tmpdir(), 'h5kit-fuzz-'))
test.after.always(() => rmSync(folder, { recursive: true }))

/** What ended badly once: fields by their addresses, with what they were changed to. */
const ENDED_BADLY: readonly [name: string, what: string, changes: readonly [address: number, bytes: number[]][]][] = [
  ['fill-values.h5', 'a fill value shorter than an element', [[2812, [7, 0, 0, 0]]]],
  ['attributes-compact.h5', 'references of one byte', [[2252, [1, 0, 0, 0]]]],
  ['types-references.h5', 'references of one byte', [[4860, [1, 0, 0, 0]]]],
  ['types-references.h5', 'references of one byte to regions', [[5988, [1, 0, 0, 0]]]],
  ['types-floats.h5', 'long doubles far below all that there are', [[5707, [0xff]]]],
  ['chunk-indexes-large-old.h5', 'more chunks of one byte than anyone waits for', [[832, [0, 0, 0, 0, 1]]]],
]

for (const [name, what, changes] of ENDED_BADLY) {
  test.serial(`${name} with ${what} ends well in every command`, async (t) => {
    const bytes = new Uint8Array(readFileSync(join(golden, name)))
    const parts = anatomy(bytes)
    for (const [address, changed] of changes) bytes.set(changed, address)
    const fields = changes.map(([address, { length }]) => ({ structure: '', field: '', address, length }))
    repaired(bytes, parts, fields)
    t.deepEqual(await examine(bytes, folder, COMMANDS), [])
  })
}

for (const name of [
  'attributes-dense.h5',
  'chunk-indexes.h5',
  'links-dense-indirect.h5',
  'shared-messages-list.h5',
  'space-fsm-persist.h5',
  'tree-levels.h5',
  'types-mixed.h5',
  'virtual.h5',
]) {
  test.serial(`${name} with fields changed on purpose ends well in every command`, async (t) => {
    const bytes = new Uint8Array(readFileSync(join(golden, name)))
    const parts = anatomy(bytes)
    for (let seed = 1; seed <= ROUNDS; seed++) {
      const { bytes: changed, changes } = mutate(bytes, parts, seeded(seed * 7919 + 1))
      t.deepEqual(await examine(changed, folder, READING), [], `seed ${seed}: ${changes.join('; ')}`)
    }
  })
}
