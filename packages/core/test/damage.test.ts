import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { Hdf5Error } from '../src/errors.ts'
import { openBytes } from '../src/index.ts'
import { anatomy, damaged, seeded } from './support/damage.ts'
import { walk } from './support/walk.ts'

const folder = fileURLToPath(new URL('../../../golden/files/', import.meta.url))

const ROUNDS = Number(process.env.H5KIT_DAMAGE_ROUNDS ?? 60)

/** No file of some kilobytes takes longer, however it is damaged. */
const LONGEST = 3_000

for (const name of [
  'book-dust',
  'links-cycle',
  'links-dense',
  'links-dense-filtered',
  'links-dense-huge',
  'attributes-dense-latest',
  'attributes-dense',
  'chunk-filter-mask',
  'chunk-indexes-latest',
  'chunk-indexes',
  'shared-messages-tree',
  'types-compounds',
  'types-references-standard',
  'types-variable-length',
  'virtual',
  'space-page-persist',
]) {
  test(`${name} with one field changed ends well`, (t) => {
    const bytes = new Uint8Array(readFileSync(`${folder}${name}.h5`))
    const parts = anatomy(bytes)
    const random = seeded(20_240_607)
    let refused = 0
    let noticed = 0
    for (let round = 0; round < ROUNDS; round++) {
      const { bytes: copy, field } = damaged(bytes, parts, random)
      const what = `round ${round}: ${field.structure}, ${field.field} at ${field.address}`
      const start = performance.now()
      try {
        const { errors } = walk(openBytes(copy))
        if (errors.length > 0) noticed++
      } catch (error) {
        if (!(error instanceof Hdf5Error)) t.fail(`${what}: ${error instanceof Error ? error.stack : String(error)}`)
        refused++
      }
      const took = performance.now() - start
      t.true(took < LONGEST, `${what}: ${Math.round(took)} ms`)
    }
    t.log(`${ROUNDS} damaged files: ${refused} were not opened, in ${noticed} something was not read`)
    t.true(refused + noticed > 0)
  })
}
