import { UNDEFINED } from './structure.ts'

/** Writes an unsigned little-endian integer of up to eight bytes. */
export function putUnsigned(bytes: Uint8Array, at: number, width: number, value: number): void {
  let left = value
  let i = at
  for (const end = at + width - 3; i < end; i += 4) {
    const low = left >>> 0
    bytes[i] = low
    bytes[i + 1] = low >>> 8
    bytes[i + 2] = low >>> 16
    bytes[i + 3] = low >>> 24
    left = (left - low) / 0x1_0000_0000
  }
  for (const end = at + width; i < end; i++) {
    bytes[i] = left % 256
    left = Math.floor(left / 256)
  }
}

/** Reads an unsigned little-endian integer of up to eight bytes; all ones in eight bytes become UNDEFINED. */
export function unsigned(bytes: Uint8Array, at: number, width: number): number {
  let value = 0
  for (let i = width - 1; i >= 0; i--) value = value * 256 + bytes[at + i]
  return width === 8 && value >= 2 ** 64 - 1 ? UNDEFINED : value
}
