import type { Datatype } from '@h5kit/core'
import { encodeText } from '@h5kit/core'
import { enumValueText } from '../enum-value.ts'
import { isNativeLongDouble } from '../long-double.ts'
import { isStandard, standardFloat } from '../standard-type.ts'

type OfClass<C extends Datatype['class']> = Extract<Datatype, { class: C }>

const INDENT = '   '

/**
 * Where the name of an enumeration's member starts in a line of a datatype; undefined where the line is no member's. No
 * other line begins with a name, and no other begins anew where it is too long.
 */
export function memberStart(line: string): number | undefined {
  const start = line.search(/[^ ]/)
  return line[start] === '"' ? start : undefined
}

/**
 * A datatype in the data description language: lines without a newline, each level three spaces deeper than the
 * first line, which follows what is in front of the type.
 */
export function datatypeLines(type: Datatype): string[] {
  switch (type.class) {
    case 'fixed-point':
      return [integerName(type)]
    case 'floating-point':
      return [floatName(type)]
    case 'bitfield':
      return [isStandard(type) ? `H5T_STD_B${type.size * 8}${type.order}` : 'undefined bitfield']
    case 'time':
      return ['H5T_TIME: not yet implemented']
    case 'string':
      return stringLines(String(type.size), type)
    case 'opaque':
      return ['H5T_OPAQUE {', `${INDENT}OPAQUE_TAG "${type.tag}";`, '}']
    case 'compound':
      return block(
        'H5T_COMPOUND {',
        type.members.flatMap(({ name, type: member }) => ended(datatypeLines(member), ` "${name}";`)),
      )
    case 'reference':
      return [`H5T_REFERENCE { ${referenceName(type)} }`]
    case 'enum':
      return block('H5T_ENUM {', [...ended(datatypeLines(type.base), ';'), ...enumMembers(type)])
    case 'variable-length':
      if (type.kind === 'string') return stringLines('H5T_VARIABLE', type)
      return around('H5T_VLEN { ', type.base)
    case 'array':
      return around(`H5T_ARRAY { ${type.dimensions.map((size) => `[${size}]`).join('')} `, type.base)
    case 'complex':
      return complexLines(type)
  }
}

function block(head: string, lines: string[]): string[] {
  return [head, ...lines.map((line) => INDENT + line), '}']
}

function ended(lines: string[], end: string): string[] {
  return [...lines.slice(0, -1), `${lines[lines.length - 1]}${end}`]
}

function around(head: string, base: Datatype): string[] {
  const [first, ...more] = ended(datatypeLines(base), ' }')
  return [`${head}${first}`, ...more]
}

function orderText(type: OfClass<'fixed-point' | 'floating-point'>): string {
  if (type.size <= 1) return ''
  return { LE: ' little-endian', BE: ' big-endian', VAX: ' mixed-endian' }[type.order]
}

function integerName(type: OfClass<'fixed-point'>): string {
  const { size, signed, precision } = type
  if (isStandard(type)) return `H5T_STD_${signed ? 'I' : 'U'}${size * 8}${type.order}`
  return `${size * 8}-bit${orderText(type)}${signed ? '' : ' unsigned'} integer ${precision}-bit precision`
}

function floatName(type: OfClass<'floating-point'>): string {
  const name = standardFloat(type)
  if (name !== undefined) return name
  return `${type.size * 8}-bit${orderText(type)} floating-point ${type.precision}-bit precision`
}

function complexLines(type: OfClass<'complex'>): string[] {
  const { base } = type
  const name = base.class === 'floating-point' ? standardFloat(base) : undefined
  if (base.class === 'floating-point' && isNativeLongDouble(base)) return ['H5T_NATIVE_LDOUBLE_COMPLEX']
  if (name?.startsWith('H5T_IEEE') === true) return [name.replace('H5T_IEEE', 'H5T_COMPLEX_IEEE')]
  return around('H5T_COMPLEX { ', base)
}

const PADDINGS = ['H5T_STR_NULLTERM', 'H5T_STR_NULLPAD', 'H5T_STR_SPACEPAD']
const CHARACTER_SETS = ['H5T_CSET_ASCII', 'H5T_CSET_UTF8']

function stringLines(size: string, type: { padding: number; characterSet: number }): string[] {
  return [
    'H5T_STRING {',
    `${INDENT}STRSIZE ${size};`,
    `${INDENT}STRPAD ${PADDINGS[type.padding] ?? 'H5T_STR_UNKNOWN'};`,
    `${INDENT}CSET ${CHARACTER_SETS[type.characterSet] ?? 'H5T_CSET_UNKNOWN'};`,
    `${INDENT}CTYPE H5T_C_S1;`,
    '}',
  ]
}

function referenceName(type: OfClass<'reference'>): string {
  if (type.kind === 0) return 'H5T_STD_REF_OBJECT'
  return type.kind === 1 ? 'H5T_STD_REF_DSETREG' : 'H5T_STD_REF'
}

function enumMembers(type: OfClass<'enum'>): string[] {
  const { base } = type
  if (type.members.length === 0) return ['', '<empty>']
  return type.members.map(({ name, value }) => {
    const gap = ' '.repeat(Math.max(0, 16 - encodeText(name).length))
    return `"${name}"${gap} ${enumValueText(base, value)};`
  })
}
