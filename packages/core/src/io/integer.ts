/** Writes an unsigned little-endian integer of up to eight bytes. */
export function putUnsigned(bytes: Uint8Array, at: number, width: number, value: number): void {
  let left = value
  for (let i = 0; i < width; i++) {
    bytes[at + i] = left % 256
    left = Math.floor(left / 256)
  }
}
