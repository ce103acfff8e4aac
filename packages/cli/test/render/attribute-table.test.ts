import test from 'ava'
import { attributeTable } from '../../src/render/attribute-table.ts'

const attributes = [
  { name: 'units', type: 'variable-length string (UTF-8)', shape: 'scalar', value: 'm/s' },
  { name: '単位', type: 'float64', shape: '{3}', value: '1.25, 2.5, 3.75' },
  { name: 'a\nb', type: 'int8', shape: '{2}', value: '\u001b[31m' },
]

test('attributes stand side by side, in columns that wide characters do not shift', (t) => {
  t.is(
    attributeTable(attributes, 100),
    [
      'name   type                            shape   value',
      'units  variable-length string (UTF-8)  scalar  m/s',
      '単位   float64                         {3}     1.25, 2.5, 3.75',
      // What would move the cursor is escaped.
      'a\\nb   int8                            {2}     \\033[31m',
      '',
    ].join('\n'),
  )
})

test('long values end where the terminal does', (t) => {
  const lines = attributeTable(attributes, 60).split('\n')
  t.is(lines[2], '単位   float64                         {3}     1.25, 2.5, 3…')
  t.true(lines.every((line) => line.length <= 60))
})
