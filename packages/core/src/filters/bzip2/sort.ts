/**
 * Sorts the rotations of a block: by their first two bytes, then by the double of what is known again and again. That
 * takes as long for a block of repeats as for any other.
 *
 * @returns where in the block each rotation begins, the smallest first
 */
export function sortRotations(block: Uint8Array): Uint32Array {
  const size = block.length
  const order = new Uint32Array(size)
  if (size === 1) return order
  let ranks = new Uint32Array(size)
  let next = new Uint32Array(size)
  const halves = new Uint32Array(size)
  const counts = new Uint32Array(Math.max(size, 65536) + 1)
  for (let i = 0; i < size; i++) {
    const pair = (block[i] << 8) | block[i + 1 === size ? 0 : i + 1]
    ranks[i] = pair
    counts[pair + 1]++
  }
  for (let i = 1; i <= 65536; i++) counts[i] += counts[i - 1]
  for (let i = 0; i < size; i++) order[counts[ranks[i]]++] = i
  let classes = renumber(order, ranks, 0, next)
  for (let known = 2; classes < size && known < size; known *= 2) {
    const swap = ranks
    ranks = next
    next = swap
    // In the order of the second halves already: one counting pass by the first halves.
    for (let i = 0; i < size; i++) {
      const start = order[i] - known
      halves[i] = start < 0 ? start + size : start
    }
    counts.fill(0, 0, classes + 1)
    for (let i = 0; i < size; i++) counts[ranks[i] + 1]++
    for (let i = 1; i <= classes; i++) counts[i] += counts[i - 1]
    for (let i = 0; i < size; i++) order[counts[ranks[halves[i]]]++] = halves[i]
    classes = renumber(order, ranks, known, next)
  }
  return order
}

/** Gives rotations that are equal so far equal numbers, from 0 on; returns how many numbers there are. */
function renumber(order: Uint32Array, ranks: Uint32Array, ahead: number, to: Uint32Array): number {
  const size = order.length
  let rank = 0
  let first = ranks[order[0]]
  let second = -1
  for (let i = 0; i < size; i++) {
    const start = order[i]
    const middle = start + ahead
    const firstHere = ranks[start]
    const secondHere = ranks[middle < size ? middle : middle - size]
    if (i > 0 && (firstHere !== first || secondHere !== second)) rank++
    to[start] = rank
    first = firstHere
    second = secondHere
  }
  return rank + 1
}
