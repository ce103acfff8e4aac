import type { CompoundType } from '../../format/messages/datatype.ts'
import type { Conversion, Converter } from './converter.ts'
import { gather, scatter } from './converter.ts'

/** Members go by their names; those that the source lacks are zeros. */
export function compounds(from: CompoundType, to: CompoundType, conversion: Conversion): Converter {
  const sources = new Map(from.members.map((member) => [member.name, member]))
  const steps = to.members.flatMap((target) => {
    const source = sources.get(target.name)
    return source === undefined ? [] : [{ source, target, convert: conversion.between(source.type, target.type) }]
  })
  return (bytes, count) => {
    const into = new Uint8Array(count * to.size)
    for (const { source, target, convert } of steps) {
      const parts = gather(bytes, count, from.size, source.offset, source.type.size)
      scatter(convert(parts, count), count, into, to.size, target.offset)
    }
    return into
  }
}
