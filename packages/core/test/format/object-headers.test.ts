import test from 'ava'
import { FormatError, UnsupportedError } from '../../src/errors.ts'
import { ATTRIBUTE, CONTINUATION, DATASPACE, DATATYPE, NIL } from '../../src/format/messages/message-types.ts'
import { HeaderMessage, objectHeaderV1, objectHeaderV2 } from '../../src/format/object-header.ts'
import { readObjectHeader } from '../../src/format/read-object-header.ts'
import { StructureCache } from '../../src/format/structure-cache.ts'
import { Span } from '../../src/io/span.ts'
import { encode } from '../../src/io/writer.ts'
import { imageOf, SIZES } from '../support/image.ts'

/** A message of a type, with its bytes. */
function message(type: number, body: number[], flags = 0): HeaderMessage {
  const made = new HeaderMessage()
  made.type = type
  made.flags = flags
  made.body = new Span(Uint8Array.from(body))
  return made
}

const EIGHT = [1, 2, 3, 4, 5, 6, 7, 8]

function oldHeader(messages: HeaderMessage[], referenceCount = 1): Uint8Array {
  const value = { messages, gap: 0, messageCount: messages.length, referenceCount }
  return encode(objectHeaderV1, value, SIZES, undefined)
}

function newHeader(messages: HeaderMessage[]): Uint8Array {
  return encode(objectHeaderV2, { ...objectHeaderV2.blank(undefined), messages }, SIZES, undefined)
}

/** Types and bodies of a header's messages. */
function contents(parts: Record<number, Uint8Array>, addresses: number[]): [number, number, number][][] {
  const { image, source } = imageOf(parts)
  return addresses.map((address) =>
    readObjectHeader(image, address).messages.map((each) => [
      each.type,
      each.address - address,
      source.view(each.address, each.length)[0],
    ]),
  )
}

test('headers with the same messages have bodies of their own', (t) => {
  const headers = {
    0: oldHeader([message(DATASPACE, EIGHT), message(DATATYPE, EIGHT)]),
    1000: oldHeader([message(DATASPACE, [11, ...EIGHT.slice(1)]), message(DATATYPE, [12, ...EIGHT.slice(1)])], 7),
  }
  t.deepEqual(contents(headers, [0, 1000]), [
    [
      [DATASPACE, 24, 1],
      [DATATYPE, 40, 1],
    ],
    [
      [DATASPACE, 24, 11],
      [DATATYPE, 40, 12],
    ],
  ])
  t.is(readObjectHeader(imageOf(headers).image, 1000).referenceCount, 7)
})

test('headers of one length that differ in a type, a length, the flags or the version are told apart', (t) => {
  const sixteen = [...EIGHT, ...EIGHT]
  const { image } = imageOf({
    0: oldHeader([message(DATASPACE, EIGHT), message(NIL, sixteen)]),
    1000: oldHeader([message(DATATYPE, EIGHT), message(NIL, sixteen)]),
    2000: oldHeader([message(DATASPACE, sixteen), message(NIL, EIGHT)]),
    3000: oldHeader([message(DATASPACE, EIGHT, 1), message(NIL, sixteen)]),
    4000: newHeader([message(DATASPACE, EIGHT), message(NIL, sixteen)]),
    5000: newHeader([message(ATTRIBUTE, EIGHT), message(NIL, sixteen)]),
  })
  const seen = [0, 1000, 2000, 3000, 4000, 5000].map((address) => {
    const [first] = readObjectHeader(image, address).messages
    return [first.type, first.length, first.flags]
  })
  t.deepEqual(seen, [
    [DATASPACE, 8, 0],
    [DATATYPE, 8, 0],
    [DATASPACE, 16, 0],
    [DATASPACE, 8, 1],
    [DATASPACE, 8, 0],
    [ATTRIBUTE, 8, 0],
  ])
})

test('messages that are known from another header do not hide damage', (t) => {
  const good = newHeader([message(DATASPACE, EIGHT), message(DATATYPE, EIGHT)])
  const flipped = good.slice()
  flipped[12] ^= 1
  const old = oldHeader([message(DATASPACE, EIGHT)])
  const long = old.slice()
  // A message that reaches past the end of the header.
  long[18] = 64
  const contradictory = old.slice()
  contradictory[20] = 6
  const { image } = imageOf({ 0: good, 1000: flipped, 2000: old, 3000: long, 4000: contradictory })
  t.is(readObjectHeader(image, 0).messages.length, 2)
  t.throws(() => readObjectHeader(image, 1000), { instanceOf: FormatError, message: /checksum/ })
  t.is(readObjectHeader(image, 2000).messages.length, 1)
  t.throws(() => readObjectHeader(image, 3000), { instanceOf: FormatError, message: /reaches past its chunk/ })
  t.throws(() => readObjectHeader(image, 4000), { instanceOf: FormatError, message: /contradictory message flags/ })
})

test('every header goes on where its own continuation says, and one in itself is refused', (t) => {
  const leadingTo = (address: number, length: number): Uint8Array => {
    const body = new Uint8Array(16)
    new DataView(body.buffer).setUint32(0, address, true)
    new DataView(body.buffer).setUint32(8, length, true)
    return oldHeader([message(CONTINUATION, [...body])])
  }
  const further = (first: number): Uint8Array => oldHeader([message(ATTRIBUTE, [first, 0, 0, 0, 0, 0, 0, 0])]).slice(16)
  const { image, source } = imageOf({
    0: leadingTo(500, 16),
    1000: leadingTo(1500, 16),
    2000: leadingTo(2000, 40),
    500: further(21),
    1500: further(22),
    3000: new Uint8Array(8),
  })
  const bodies = [0, 1000].map((address) => {
    const found = readObjectHeader(image, address).find(ATTRIBUTE)
    return found && [found.address, source.view(found.address, 1)[0]]
  })
  t.deepEqual(bodies, [
    [508, 21],
    [1508, 22],
  ])
  t.throws(() => readObjectHeader(image, 2000), { instanceOf: FormatError, message: /continues in itself/ })
})

test('a message that must be understood is refused in each header that has it', (t) => {
  const header = oldHeader([message(0x7f, EIGHT, 0x80)])
  const { image } = imageOf({ 0: header, 1000: header })
  for (const address of [0, 1000]) t.throws(() => readObjectHeader(image, address), { instanceOf: UnsupportedError })
})

test('of more shapes than are kept each is read as it is', (t) => {
  const parts: Record<number, Uint8Array> = {}
  for (let i = 0; i < 20; i++) {
    parts[1000 * i] = oldHeader(Array.from({ length: 1 + (i % 10) }, (_, at) => message(at, EIGHT)))
  }
  const { image } = imageOf(parts)
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 20; i++) {
      const types = readObjectHeader(image, 1000 * i).messages.map(({ type }) => type)
      t.deepEqual(
        types,
        Array.from({ length: 1 + (i % 10) }, (_, at) => at),
      )
    }
    image.forget()
  }
})

test('the cache gives what was kept last of an address and a key, and never more than its budget', (t) => {
  const cache = new StructureCache()
  const [key, other] = [{}, {}]
  cache.set(key, 512, 100, 'a')
  cache.set(other, 512, 100, 'b')
  t.is(cache.get(key, 512), 'a')
  t.is(cache.get(other, 512), 'b')
  t.is(cache.get(key, 520), undefined)
  cache.set(key, 520, 5 << 20, 'large')
  t.is(cache.get(key, 520), 'large')
  t.is(cache.get(key, 512), undefined, 'others made room for it')
  cache.set(key, 528, 100, 'next')
  t.is(cache.get(key, 520), undefined)
  cache.clear()
  t.is(cache.get(key, 528), undefined)
})

test('of three structures with one place the one that was not asked for lately goes', (t) => {
  const cache = new StructureCache()
  const key = {}
  const addresses: number[] = []
  // The third address that pushes the first one out shares its place.
  cache.set(key, 0, 1, 0)
  for (let address = 8; addresses.length < 2 && address < 1 << 20; address += 8) {
    const probe = new StructureCache()
    probe.set(key, 0, 1, 0)
    probe.set(key, address, 1, address)
    probe.set(key, address, 1, address)
    if (probe.get(key, 0) === undefined) addresses.push(address)
  }
  const [second, third] = addresses
  cache.set(key, second, 1, second)
  t.is(cache.get(key, 0), 0)
  cache.set(key, third, 1, third)
  t.is(cache.get(key, 0), 0)
  t.is(cache.get(key, second), undefined)
  t.is(cache.get(key, third), third)
})
