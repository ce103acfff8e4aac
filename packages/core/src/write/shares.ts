/** Some of a row of things. */
export interface Share {
  first: number
  count: number
}

/** Divides so many things among as few nodes as can hold them, evenly. */
export function shares(total: number, capacity: number): Share[] {
  const nodes = Math.ceil(total / capacity)
  const result: Share[] = []
  for (let i = 0, first = 0; i < nodes; i++) {
    const count = Math.ceil((total - first) / (nodes - i))
    result.push({ first, count })
    first += count
  }
  return result
}
