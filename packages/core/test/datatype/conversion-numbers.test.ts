import { readFileSync } from 'node:fs'
import test from 'ava'
import { convert } from '../../src/datatype/conversion/convert.ts'
import { readFloat } from '../../src/datatype/exact.ts'
import type { Datatype } from '../../src/format/messages/datatype.ts'
import { datatypeMessage } from '../../src/format/messages/datatype.ts'
import { bytes, decode, hex } from '../format/messages-law.ts'

/** What golden/write/conversions.py records of the HDF5 library; its head says what `opened` lists. */
interface Recorded {
  types: Record<string, string>
  elements: Record<string, string>
  cases: [source: string, target: string, results: string, opened: number[]][]
}

const path = new URL('../../../../golden/values/conversions.json', import.meta.url)
const recorded: Recorded = JSON.parse(readFileSync(path, 'utf8'))

/** Behind two bytes that say what the library encodes. */
const types = new Map(
  Object.entries(recorded.types).map(([name, digits]) => [name, decode(datatypeMessage, bytes(digits).subarray(2))]),
)

function typeOf(name: string): Datatype {
  const type = types.get(name)
  if (type === undefined) throw new Error(`no type ${name}`)
  return type
}

/** NaNs are of many kinds, and a copy between processors may change which. */
function shown(type: Datatype, element: Uint8Array): string {
  if (type.class === 'floating-point' && readFloat(type, element, 0).form === 'nan') return 'nan'
  return hex(element)
}

for (const source of Object.keys(recorded.types)) {
  test(`numbers of type ${source} become what the library makes of them`, (t) => {
    const from = typeOf(source)
    const elements = bytes(recorded.elements[source])
    const count = elements.length / from.size
    let compared = 0
    const wrong: string[] = []
    for (const [name, target, results, opened] of recorded.cases) {
      if (name !== source) continue
      const to = typeOf(target)
      const expected = bytes(results)
      const actual = convert(from, to, elements, count)
      t.is(actual.length, expected.length)
      for (let i = 0; i < count; i++) {
        if (opened.includes(i)) continue
        compared++
        const want = shown(to, expected.subarray(i * to.size, (i + 1) * to.size))
        const got = shown(to, actual.subarray(i * to.size, (i + 1) * to.size))
        const element = hex(elements.subarray(i * from.size, (i + 1) * from.size))
        if (want !== got) wrong.push(`${element} as ${target}: ${got} instead of ${want}`)
      }
    }
    t.deepEqual(wrong, [])
    t.true(compared > 20 * count)
  })
}

test('many elements are converted as a few are', (t) => {
  for (const [source, target] of [
    ['<f2', '<f4'],
    ['>f2', '<f8'],
    ['>bfloat16', '<i4'],
    ['e4m3', '>f4'],
  ]) {
    const from = typeOf(source)
    const to = typeOf(target)
    const part = new Uint8Array(Uint16Array.from({ length: 1 << 16 }, (_, i) => i).buffer)
    const few = part.length / from.size
    const elements = new Uint8Array(4 * part.length)
    for (let i = 0; i < 4; i++) elements.set(part, i * part.length)
    const expected = convert(from, to, part, few)
    const result = convert(from, to, elements, 4 * few)
    t.true(4 * few >= 1 << 17)
    t.is(Buffer.compare(result.subarray(3 * expected.length), expected), 0, `${source} ${target}`)
  }
})
