import { UNDEFINED } from './structure.ts'

/** Writes an unsigned little-endian integer of up to eight bytes. */
export function putUnsigned(bytes: Uint8Array, at: number, width: number, value: number): void {
  let left = value
  for (let i = 0; i < width; i++) {
    bytes[at + i] = left % 256
    left = Math.floor(left / 256)
  }
}

/** Reads an unsigned little-endian integer of up to eight bytes; all ones in eight bytes become UNDEFINED. */
export function unsigned(bytes: Uint8Array, at: number, width: number): number {
  let value = 0
  for (let i = width - 1; i >= 0; i--) value = value * 256 + bytes[at + i]
  return width === 8 && value >= 2 ** 64 - 1 ? UNDEFINED : value
}
