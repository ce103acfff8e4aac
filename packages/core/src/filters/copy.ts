/** Above this many bytes a call of the platform's own copy is faster than a loop. */
const SHORT = 48

/** Copies `from[start, end)` to `to` at `at`; the two are different arrays. */
export function copyBytes(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  if (end - start > SHORT) {
    to.set(from.subarray(start, end), at)
    return
  }
  for (let source = start, target = at; source < end; ) to[target++] = from[source++]
}

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
