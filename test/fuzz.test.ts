import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { anatomy, seeded } from '../packages/core/test/support/damage.ts'
import { COMMANDS, examine } from './fuzz/examine.ts'
import { mutate } from './fuzz/mutate.ts'

const golden = fileURLToPath(new URL('../golden/files', import.meta.url))

/** Of each file; `test/fuzz/main.ts` is the long form. */
const ROUNDS = Number(process.env.H5KIT_FUZZ_ROUNDS ?? 12)

/** Commands that read. */
const READING = COMMANDS.filter((words) => !words.includes('OUT'))

const folder = mkdtempSync(join(tmpdir(), 'h5kit-fuzz-'))
test.after.always(() => rmSync(folder, { recursive: true }))

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
