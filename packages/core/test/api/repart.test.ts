import {
  closeSync,
  cpSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { peekDriverInformation } from '../../src/api/driver-information.ts'
import { openDriver } from '../../src/api/drivers.node.ts'
import { repartFile } from '../../src/api/repart.node.ts'
import { IoError, NotFoundError } from '../../src/errors.ts'
import { familyMemberSize } from '../../src/format/driver-members.ts'
import { FileSource } from '../../src/io/file-source.node.ts'
import { openFile } from '../../src/node.ts'

const golden = fileURLToPath(new URL('../../../../golden', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'h5kit-repart-'))
test.after.always(() => rmSync(scratch, { recursive: true }))

function folderWith(...names: string[]): string {
  const folder = mkdtempSync(join(scratch, 'files-'))
  for (const name of names) cpSync(join(golden, name), join(folder, name.replace(/.*\//, '')))
  return folder
}

const MEMBERS = {
  earliest: Array.from({ length: 7 }, (_, i) => `drivers/family-earliest-0${i}.h5`),
  latest: Array.from({ length: 4 }, (_, i) => `drivers/family-latest-0${i}.h5`),
}

for (const [bound, members] of Object.entries(MEMBERS)) {
  test(`a family of the bound ${bound} keeps what is in it, whatever its members' size`, (t) => {
    const folder = folderWith(...members)
    const original = join(folder, `family-${bound}-%02d.h5`)
    const values = (path: string, driver: 'family' | 'sec2'): unknown => {
      using file = openFile(path, { driver })
      return [...file.visit()].map(({ path }) => {
        const object = file.get(path)
        return [path, object.kind === 'dataset' ? object.value : object.kind]
      })
    }
    const expected = values(original, 'family')
    for (const memberSize of [512, 1000, 100_000]) {
      const divided = join(folder, `${memberSize}-%d.h5`)
      repartFile(original, divided, { memberSize })
      const source = openDriver('family', divided)
      t.is(familyMemberSize(peekDriverInformation(source)?.information ?? new Uint8Array(0)), memberSize)
      source.close?.()
      t.deepEqual(values(divided, 'family'), expected)
      const whole = join(folder, 'whole.h5')
      repartFile(divided, whole, { toSingle: true })
      const single = new FileSource(whole)
      t.is(peekDriverInformation(single), undefined)
      single.close()
      t.deepEqual(values(whole, 'sec2'), expected)
    }
  })
}

test('what is no HDF5 file is divided too, and holes stay holes', (t) => {
  const folder = folderWith()
  const fd = openSync(join(folder, 'sparse'), 'w')
  for (const at of [0, 5_000_000, 9_999_999]) writeSync(fd, 'x', at)
  closeSync(fd)
  const visited: string[] = []
  repartFile(join(folder, 'sparse'), join(folder, 'part%d'), {
    memberSize: 4_000_000,
    visit: (use, name) => visited.push(`${use} ${name.replace(/.*\//, '')}`),
  })
  t.deepEqual(visited, ['read sparse', 'write part0', 'write part1', 'write part2'])
  const parts = [0, 1, 2].map((i) => join(folder, `part${i}`))
  t.deepEqual(
    parts.map((path) => statSync(path).size),
    [4_000_000, 4_000_000, 2_000_000],
  )
  t.true(parts.every((path) => statSync(path).blocks * 512 < 200_000))
  t.true(Buffer.concat(parts.map((path) => readFileSync(path))).equals(readFileSync(join(folder, 'sparse'))))
})

test('where one of the new files cannot be written, none appears', (t) => {
  const folder = folderWith(...MEMBERS.latest)
  const before = readdirSync(folder)
  t.throws(() => repartFile(join(folder, 'absent.h5'), join(folder, 'new.h5')), { instanceOf: NotFoundError })
  t.throws(() => repartFile(join(folder, 'family-latest-%02d.h5'), join(folder, 'no', 'new.h5')), {
    instanceOf: IoError,
  })
  t.deepEqual(readdirSync(folder), before)
  // The third of the names is that of a folder.
  const blocked = folderWith('files/user-block-2048.h5', 'drivers/family-latest-00.h5')
  cpSync(golden, join(blocked, 'part2'), { recursive: true, filter: (path) => path === golden })
  writeFileSync(join(blocked, 'part1'), 'as before')
  const names = readdirSync(blocked)
  t.throws(() => repartFile(join(blocked, 'user-block-2048.h5'), join(blocked, 'part%d'), { memberSize: 700 }), {
    instanceOf: IoError,
  })
  t.deepEqual(readdirSync(blocked), names)
  t.is(readFileSync(join(blocked, 'part1'), 'utf8'), 'as before')
})
