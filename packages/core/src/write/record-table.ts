/**
 * The records of an index, one behind the other in their order.
 *
 * @param compare the sign of record `a` minus record `b`
 * @param fill writes record `i`
 */
export function recordTable(
  count: number,
  recordSize: number,
  compare: (a: number, b: number) => number,
  fill: (record: Uint8Array, i: number) => void,
): Uint8Array {
  const records = new Uint8Array(count * recordSize)
  const order = Array.from({ length: count }, (_, i) => i).sort(compare)
  order.forEach((i, at) => {
    fill(records.subarray(at * recordSize, (at + 1) * recordSize), i)
  })
  return records
}
