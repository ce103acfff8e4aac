/** Above this many bytes a call of the platform's own copy is faster than a loop. */
const SHORT = 48

/**
 * Writes `length` bytes at `at`, each the one `distance` before it, as Lempel-Ziv codecs do: what is written serves as
 * the source of what follows. The caller has checked that `distance <= at` and that the bytes fit.
 */
export function copyMatch(to: Uint8Array, at: number, distance: number, length: number): void {
  const end = at + length
  const start = at - distance
  if (length <= SHORT) {
    for (let source = start, target = at; target < end; ) to[target++] = to[source++]
  } else if (distance >= length) {
    to.copyWithin(at, start, start + length)
  } else if (distance === 1) {
    to.fill(to[start], at, end)
  } else {
    // What stands before `target` repeats with the period `distance`, and doubles with each copy.
    for (let target = at; target < end; ) {
      const count = Math.min(target - start, end - target)
      to.copyWithin(target, start, start + count)
      target += count
    }
  }
}

/** `copyFew` reads and writes this many bytes whatever it copies, and `repeatWords` at most so many too many. */
export const REACH = 16

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Copies at most sixteen bytes a word at a time; what it writes after them is of no meaning. */
export function copyFew(from: DataView, start: number, to: DataView, at: number, length: number): void {
  to.setUint32(at, from.getUint32(start, true), true)
  if (length <= 4) return
  to.setUint32(at + 4, from.getUint32(start + 4, true), true)
  if (length <= 8) return
  to.setUint32(at + 8, from.getUint32(start + 8, true), true)
  to.setUint32(at + 12, from.getUint32(start + 12, true), true)
}

/** Does as `copyMatch`, a word at a time; `distance` is at least four, and up to three bytes more are written. */
export function repeatWords(to: DataView, at: number, distance: number, length: number): void {
  const end = at + length
  for (let target = at, source = at - distance; target < end; target += 4, source += 4)
    to.setUint32(target, to.getUint32(source, true), true)
}
