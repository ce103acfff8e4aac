import test from 'ava'
import { compareText, decodeText, encodeText, textLength } from '../../src/io/text.ts'

const invalid: [string, number[]][] = [
  ['a continuation byte alone', [0x80]],
  ['a cut sequence', [0x41, 0xe2, 0x82]],
  ['an overlong slash', [0xc0, 0xaf]],
  ['an overlong three bytes', [0xe0, 0x80, 0xaf]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ['Latin-1', [0x63, 0x61, 0x66, 0xe9]],
]

for (const [what, bytes] of invalid) {
  test(`bytes that are no UTF-8 keep their identity: ${what}`, (t) => {
    const text = decodeText(Uint8Array.from(bytes))
    t.deepEqual([...encodeText(text)], bytes)
    t.is(textLength(text), bytes.length)
    t.regex(text, /[\udc80-\udcff]/)
  })
}

test('valid UTF-8 is text, however long', (t) => {
  for (const text of ['', 'abc', 'é', '日本', '🙂', '\ufeffmark', 'x'.repeat(100), `${'y'.repeat(70)}é🙂`]) {
    t.is(decodeText(new TextEncoder().encode(text)), text)
    t.deepEqual(encodeText(text), new TextEncoder().encode(text))
    t.is(textLength(text), new TextEncoder().encode(text).length)
  }
})

test('a part of bytes is decoded alone', (t) => {
  t.is(decodeText(Uint8Array.of(65, 66, 67, 68), 1, 3), 'BC')
})

test('texts are ordered as their bytes are', (t) => {
  const texts = ['', 'A', 'Z', 'a', 'aa', 'é', '\uffee', '🙂', decodeText(Uint8Array.of(0xff))]
  for (const [i, a] of texts.entries()) {
    for (const [j, b] of texts.entries()) {
      t.is(Math.sign(compareText(a, b)), Math.sign(Buffer.compare(encodeText(a), encodeText(b))), `${i} ${j}`)
    }
  }
})
