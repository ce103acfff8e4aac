/**
 * The records of an index, one behind the other in their order.
 *
 * @param order the numbers of the records
 * @param fill writes record `i` at an offset
 */
export function recordTable(
  order: ArrayLike<number>,
  recordSize: number,
  fill: (records: Uint8Array, at: number, i: number) => void,
): Uint8Array {
  const records = new Uint8Array(order.length * recordSize)
  for (let i = 0; i < order.length; i++) fill(records, i * recordSize, order[i])
  return records
}

/** The numbers of records in the order of numbers that each has. */
export function orderBy(numbers: readonly number[]): number[] {
  return numbers.map((_, i) => i).sort((a, b) => numbers[a] - numbers[b])
}

/**
 * The numbers of records in the order of the hashes of their names.
 *
 * @param tie the sign of record `a` minus record `b`, where their hashes are the same
 */
export function orderByHash(hashes: Uint32Array, tie: (a: number, b: number) => number): Float64Array {
  const count = hashes.length
  if (count > MOST_KEYS) {
    return Float64Array.from(hashes, (_, i) => i).sort((a, b) => hashes[a] - hashes[b] || tie(a, b))
  }
  // Numbers alone are sorted much faster than with a function that compares.
  const order = Float64Array.from(hashes, (hash, i) => hash * count + i).sort()
  for (let i = 0; i < count; i++) order[i] %= count
  for (let from = 0, to = 1; from < count; from = to++) {
    while (to < count && hashes[order[to]] === hashes[order[from]]) to++
    if (to - from > 1) order.subarray(from, to).sort(tie)
  }
  return order
}

/** So that a hash of 32 bits and the number of a record fit a number. */
const MOST_KEYS = 1 << 21
