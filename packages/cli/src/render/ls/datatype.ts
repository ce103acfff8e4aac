import type { Datatype } from '@h5kit/core'
import { inMemory } from '@h5kit/core'
import type { LsOptions } from '../../options/ls.ts'
import { enumValueText } from '../enum-value.ts'
import { escapeName } from '../escape.ts'
import { complexName, floatName, nativeName } from './type-names.ts'

type OfClass<C extends Datatype['class']> = Extract<Datatype, { class: C }>

/** How types and names are put into words. */
export type TextStyle = Pick<LsOptions, 'simple' | 'utf8'>

/** Where a committed datatype is: the number of its file, and its address. */
export interface Committed {
  file: number
  address: number | bigint
}

const spaces = (count: number): string => ' '.repeat(Math.max(0, count))
const plural = (count: number): string => (count === 1 ? '' : 's')

/**
 * A datatype as h5ls describes it. The first line follows text that is `indent` columns wide; further lines are
 * indented by that much.
 *
 * @param style `simple` names no native types, so that the text is the same on every machine
 */
export function datatypeText(type: Datatype, indent: number, style: TextStyle, committed?: Committed): string {
  const shared = committed === undefined ? '' : `shared-${committed.file}:${committed.address}`
  return shared + plainText(inMemory(type), indent, style)
}

function plainText(type: Datatype, indent: number, style: TextStyle): string {
  const native = style.simple ? undefined : nativeName(type)
  if (native !== undefined) return native
  switch (type.class) {
    case 'fixed-point':
      return `${type.size * 8}-bit${orderText(type)}${type.signed ? '' : ' unsigned'} integer${precisionText(type, indent)}`
    case 'floating-point':
      return floatName(type) ?? floatText(type, indent)
    case 'bitfield':
      return `${type.size * 8}-bit${orderText(type)} bitfield${precisionText(type, indent)}`
    case 'compound':
      return compoundText(type, indent, style)
    case 'enum':
      return enumText(type, indent, style)
    case 'string':
      return stringText(`${type.size}-byte`, type)
    case 'reference':
      return referenceText(type)
    case 'variable-length':
      if (type.kind === 'string') return stringText('variable-length', type)
      return `variable length of\n${spaces(indent + 4)}${plainText(type.base, indent + 4, style)}`
    case 'array':
      return arrayText(type, indent, style)
    case 'opaque':
      return `${type.size}-byte opaque type\n${spaces(indent)}(tag = "${escapeName(type.tag, false, style.utf8)}")`
    case 'complex':
      return (
        complexName(type, style.simple) ??
        `complex number of\n${spaces(indent + 4)}${plainText(type.base, indent + 4, style)}`
      )
    case 'time':
      return `${type.size}-byte class-2 unknown`
  }
}

function orderText(type: OfClass<'fixed-point' | 'floating-point' | 'bitfield'>): string {
  if (type.size === 1) return ''
  return type.order === 'LE' ? ' little-endian' : type.order === 'BE' ? ' big-endian' : ' mixed-endian'
}

/** Lines about precision and padding, where not all bits count. */
function precisionText(type: OfClass<'fixed-point' | 'floating-point' | 'bitfield'>, indent: number): string {
  const { precision, bitOffset } = type
  const bits = type.size * 8
  if (bits === precision) return ''
  const margin = `\n${spaces(indent)}`
  const text = `${margin}(${precision} bit${plural(precision)} of precision beginning at bit ${bitOffset})`
  const above = bits - bitOffset - precision
  const pads: string[] = []
  if (bitOffset > 0) pads.push(padText(bitOffset, type.lowPad, 0))
  if (above > 0) pads.push(padText(above, type.highPad, bits - above))
  return pads.length === 0 ? text : `${text}${margin}(${pads.join(', ')})`
}

function padText(count: number, pad: number, at: number): string {
  return `${count} ${pad === 1 ? 'one' : 'zero'} bit${plural(count)} at bit ${at}`
}

const NORMALIZATIONS = ['no normalization', 'msb always set', 'msb implied']

function floatText(type: OfClass<'floating-point'>, indent: number): string {
  const { mantissaSize, mantissaLocation, exponentSize, exponentLocation, exponentBias, signLocation } = type
  const margin = `\n${spaces(indent)}`
  const lines = [
    `(significant for ${mantissaSize} bit${plural(mantissaSize)} at bit ${mantissaLocation}, ${NORMALIZATIONS[type.normalization]})`,
    `(exponent for ${exponentSize} bit${plural(exponentSize)} at bit ${exponentLocation}, bias is 0x${exponentBias.toString(16)})`,
    `(sign bit at ${signLocation})`,
  ]
  if (1 + exponentSize + mantissaSize < type.precision) {
    lines.push(`(internal padding bits are ${type.internalPad === 1 ? 'one' : 'zero'})`)
  }
  return `${type.size * 8}-bit${orderText(type)} floating-point${precisionText(type, indent)}${margin}${lines.join(margin)}`
}

function compoundText(type: OfClass<'compound'>, indent: number, style: TextStyle): string {
  let text = 'struct {'
  for (const { name, offset, type: member } of type.members) {
    const shown = escapeName(name, false, style.utf8)
    const head = `\n${spaces(indent + 4)}"${shown}"${spaces(16 - shown.length)} +${String(offset).padEnd(4)} `
    text += head + plainText(member, indent + 4, style)
  }
  return `${text}\n${spaces(indent)}} ${type.size} byte${plural(type.size)}`
}

function enumText(type: OfClass<'enum'>, indent: number, style: TextStyle): string {
  let text = `enum ${plainText(type.base, indent + 4, style)} {`
  if (type.members.length === 0) text += `\n${spaces(indent + 4)} <empty>`
  for (const { name, value } of type.members) {
    const shown = escapeName(name, true, style.utf8)
    text += `\n${spaces(indent + 4)}${shown}${spaces(16 - shown.length)} = ${enumValueText(type.base, value)}`
  }
  return `${text}\n${spaces(indent)}}`
}

const PADDINGS = ['null-terminated', 'null-padded', 'space-padded']
const CHARACTER_SETS = ['ASCII', 'UTF-8']

function stringText(length: string, type: { padding: number; characterSet: number }): string {
  const padding = PADDINGS[type.padding] ?? 'unknown-format'
  return `${length} ${padding} ${CHARACTER_SETS[type.characterSet] ?? 'unknown-character-set'} string`
}

function referenceText(type: OfClass<'reference'>): string {
  if (type.kind === 0) return 'object reference'
  return type.kind === 1 ? 'dataset region reference' : 'standard reference'
}

function arrayText(type: OfClass<'array'>, indent: number, style: TextStyle): string {
  const dimensions = type.dimensions.length === 0 ? ' [SCALAR]\n' : `[${type.dimensions.join(',')}]`
  return `${dimensions} ${plainText(type.base, indent + 4, style)}`
}
