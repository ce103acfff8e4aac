import { GROUP } from './coding.ts'

/** Lengths of the codes of each table, and which table codes which group of symbols. */
export interface HuffmanPlan {
  lengths: Uint8Array[]
  selectors: Uint8Array
}

/** What the encoder allows itself; a decoder takes longer ones too. */
const LONGEST_CODE = 17

/** How often the tables are fitted to the groups that chose them. */
const ROUNDS = 4

/** Chooses tables for symbols. @param count symbols that there are */
export function planTables(symbols: Uint16Array, count: number): HuffmanPlan {
  const tables = tableCount(symbols.length)
  const groups = Math.ceil(symbols.length / GROUP)
  const selectors = new Uint8Array(groups)
  let lengths = firstTables(symbols, count, tables)
  for (let round = 0; round < ROUNDS; round++) {
    const counts = lengths.map(() => new Uint32Array(count))
    for (let group = 0; group < groups; group++) {
      const start = group * GROUP
      const end = Math.min(symbols.length, start + GROUP)
      const best = cheapest(symbols, start, end, lengths)
      selectors[group] = best
      for (let i = start; i < end; i++) counts[best][symbols[i]]++
    }
    lengths = counts.map(codeLengths)
  }
  return { lengths, selectors }
}

function tableCount(symbols: number): number {
  const limits = [200, 600, 1200, 2400]
  const found = limits.findIndex((limit) => symbols < limit)
  return found < 0 ? 6 : found + 2
}

/** Tables that each suit an equal share of what is coded, from the lowest symbols up. */
function firstTables(symbols: Uint16Array, count: number, tables: number): Uint8Array[] {
  const counts = new Uint32Array(count)
  for (const symbol of symbols) counts[symbol]++
  const lengths: Uint8Array[] = []
  let first = 0
  let left = symbols.length
  for (let table = tables; table > 0; table--) {
    const share = left / table
    let taken = 0
    let end = first
    while (end < count && (taken < share || table === 1)) taken += counts[end++]
    const start = first
    lengths.push(Uint8Array.from(counts, (_, symbol) => (symbol >= start && symbol < end ? 1 : 15)))
    left -= taken
    first = end
  }
  return lengths
}

function cheapest(symbols: Uint16Array, start: number, end: number, lengths: Uint8Array[]): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (let table = 0; table < lengths.length; table++) {
    const each = lengths[table]
    let cost = 0
    for (let i = start; i < end; i++) cost += each[symbols[i]]
    if (cost < least) {
      least = cost
      best = table
    }
  }
  return best
}

/** Lengths of Huffman codes, none longer than allowed: where one is, frequencies are made more alike. */
function codeLengths(counts: Uint32Array): Uint8Array {
  let weights = Array.from(counts, (count) => Math.max(count, 1))
  for (;;) {
    const lengths = huffman(weights)
    if (Math.max(...lengths) <= LONGEST_CODE) return lengths
    weights = weights.map((weight) => 1 + (weight >> 1))
  }
}

/** Joins the two lightest trees until there is one: leaves sorted by weight, and joined ones come out sorted too. */
function huffman(weights: number[]): Uint8Array {
  const leaves = weights.map((_, i) => i).sort((a, b) => weights[a] - weights[b])
  const count = leaves.length
  const weight: number[] = leaves.map((leaf) => weights[leaf])
  const parent = new Int32Array(2 * count - 1)
  let leaf = 0
  let joined = count
  const lightest = (): number =>
    leaf < count && (joined >= weight.length || weight[leaf] <= weight[joined]) ? leaf++ : joined++
  for (let node = count; node < 2 * count - 1; node++) {
    const a = lightest()
    const b = lightest()
    parent[a] = parent[b] = node
    weight.push(weight[a] + weight[b])
  }
  const depth = new Uint8Array(2 * count - 1)
  for (let node = 2 * count - 3; node >= 0; node--) depth[node] = depth[parent[node]] + 1
  const lengths = new Uint8Array(count)
  for (let i = 0; i < count; i++) lengths[leaves[i]] = depth[i]
  return lengths
}

/** The code of each symbol: consecutive for each length, in the order of the symbols. */
export function codesOf(lengths: Uint8Array): Uint32Array {
  const codes = new Uint32Array(lengths.length)
  let code = 0
  for (let length = 1; length <= LONGEST_CODE; length++) {
    for (let symbol = 0; symbol < lengths.length; symbol++) if (lengths[symbol] === length) codes[symbol] = code++
    code <<= 1
  }
  return codes
}
