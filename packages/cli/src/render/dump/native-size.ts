import type { Datatype } from '@h5kit/core'

/** Bytes of pointers to strings, of sequences (hvl_t) and of references in the C library's memory. */
const STRING_POINTER = 8
const SEQUENCE = 16
const REFERENCES: Record<number, number> = { 0: 8, 1: 12 }
const REFERENCE = 64

/** Bytes of an element in the C type that the reference reads it as (H5Tget_native_type). */
export function nativeSize(type: Datatype): number {
  return native(type).size
}

function native(type: Datatype): { size: number; alignment: number } {
  switch (type.class) {
    case 'fixed-point':
    case 'bitfield':
      return plain(type.size <= 1 ? 1 : type.size <= 2 ? 2 : type.size <= 4 ? 4 : 8)
    case 'floating-point':
      return plain(type.size <= 2 ? 2 : type.size <= 4 ? 4 : type.size <= 8 ? 8 : 16)
    case 'enum':
      return native(type.base)
    case 'complex': {
      const part = native(type.base)
      return { size: 2 * part.size, alignment: part.alignment }
    }
    case 'array': {
      const base = native(type.base)
      return { size: type.dimensions.reduce((size, n) => size * n, base.size), alignment: base.alignment }
    }
    case 'variable-length':
      return { size: type.kind === 'string' ? STRING_POINTER : SEQUENCE, alignment: 8 }
    case 'reference':
      return { size: REFERENCES[type.kind] ?? REFERENCE, alignment: type.kind === 1 ? 1 : 8 }
    case 'compound': {
      let end = 0
      let alignment = 1
      for (const member of type.members) {
        const inner = native(member.type)
        end = aligned(end, inner.alignment) + inner.size
        alignment = Math.max(alignment, inner.alignment)
      }
      return { size: aligned(end, alignment), alignment }
    }
    default:
      return { size: type.size, alignment: 1 }
  }
}

function plain(size: number): { size: number; alignment: number } {
  return { size, alignment: size }
}

function aligned(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment
}
