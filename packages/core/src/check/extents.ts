/** What bytes of a file are used for. */
export type ExtentKind =
  | 'superblock'
  | 'object-headers'
  | 'group-storage'
  | 'attribute-storage'
  | 'chunk-indexes'
  | 'shared-messages'
  | 'global-heaps'
  | 'file-space'
  | 'raw-data'
  | 'free'

/** Who uses bytes of a file. */
export interface ExtentOwner {
  readonly kind: ExtentKind
  /** The structure's name in the file format specification. */
  readonly structure: string
  /** Of the object that it belongs to; empty where it belongs to none. */
  readonly path: string
}

/** Bytes of a file. */
export interface Extent {
  address: number
  /** In bytes. */
  length: number
}

/** Two uses of the same bytes. */
export interface Overlap {
  first: Extent & { owner: ExtentOwner }
  second: Extent & { owner: ExtentOwner }
}

/** What the bytes of a file are used for, all together. */
export interface Account {
  /** Bytes by use. */
  used: ReadonlyMap<ExtentKind, number>
  /** Bytes that nothing leads to: what a repack would give back, besides free space. */
  unreachable: number
  /** The largest runs of such bytes, by address. */
  gaps: Extent[]
  overlaps: Overlap[]
}

const MOST_GAPS = 1000
const MOST_OVERLAPS = 1000

/** Which bytes of a file are used, and for what. */
export class ExtentMap {
  // A file has many extents, so that each of them is a few numbers: two of these say who uses it.
  #starts = new Float64Array(1024)
  #lengths = new Float64Array(1024)
  #useOf = new Uint16Array(1024)
  #pathOf = new Uint32Array(1024)
  #count = 0
  readonly #uses: Omit<ExtentOwner, 'path'>[] = []
  readonly #paths: string[] = []

  /** The number of an object's path, whose extents are added next. */
  addPath(path: string): number {
    return this.#paths.push(path) - 1
  }

  /**
   * Notes that bytes are used. Neighbours of one owner that come one behind the other are one extent.
   *
   * @param structure its name in the file format specification
   * @param path by its number
   */
  add(address: number, length: number, kind: ExtentKind, structure: string, path: number): void {
    if (length <= 0) return
    const use = this.#use(kind, structure)
    const last = this.#count - 1
    const same = last >= 0 && this.#useOf[last] === use && this.#pathOf[last] === path
    if (same && this.#starts[last] + this.#lengths[last] === address) {
      this.#lengths[last] += length
      return
    }
    if (this.#count === this.#starts.length) this.#grow()
    this.#starts[this.#count] = address
    this.#lengths[this.#count] = length
    this.#useOf[this.#count] = use
    this.#pathOf[this.#count] = path
    this.#count++
  }

  /** The number of a use. There are as many as there are structures. */
  #use(kind: ExtentKind, structure: string): number {
    const uses = this.#uses
    for (let i = 0; i < uses.length; i++) if (uses[i].structure === structure && uses[i].kind === kind) return i
    return uses.push({ kind, structure }) - 1
  }

  /** Sums up what is used of the first `end` bytes. */
  account(end: number): Account {
    const used = new Map<ExtentKind, number>()
    const gaps: Extent[] = []
    const overlaps: Overlap[] = []
    let unreachable = 0
    /** The extent that reaches furthest of those so far. */
    let furthest: number | undefined
    let reached = 0
    const gap = (to: number): void => {
      if (to <= reached) return
      unreachable += to - reached
      if (gaps.length < MOST_GAPS) gaps.push({ address: reached, length: to - reached })
    }
    for (const i of this.#sorted()) {
      const start = this.#starts[i]
      const stop = start + this.#lengths[i]
      gap(start)
      if (start < reached && furthest !== undefined && overlaps.length < MOST_OVERLAPS) {
        overlaps.push({ first: this.#extent(furthest), second: this.#extent(i) })
      }
      const { kind } = this.#uses[this.#useOf[i]]
      used.set(kind, (used.get(kind) ?? 0) + Math.max(0, stop - Math.max(start, reached)))
      if (stop > reached) {
        reached = stop
        furthest = i
      }
    }
    gap(end)
    return { used, unreachable, gaps, overlaps }
  }

  /** The numbers of the extents in the order of their addresses. */
  #sorted(): Uint32Array {
    const count = this.#count
    const starts = this.#starts
    const order = new Uint32Array(count)
    let most = 0
    for (let i = 0; i < count; i++) {
      order[i] = i
      if (starts[i] > most) most = starts[i]
    }
    const unit = 2 ** Math.ceil(Math.log2(count + 1))
    if ((most + 1) * unit > Number.MAX_SAFE_INTEGER) {
      return order.sort((a, b) => starts[a] - starts[b] || a - b)
    }
    // Numbers are sorted much faster without a function that compares them.
    const keys = new Float64Array(count)
    for (let i = 0; i < count; i++) keys[i] = starts[i] * unit + i
    keys.sort()
    for (let i = 0; i < count; i++) order[i] = keys[i] - Math.floor(keys[i] / unit) * unit
    return order
  }

  #extent(i: number): Extent & { owner: ExtentOwner } {
    const owner = { ...this.#uses[this.#useOf[i]], path: this.#paths[this.#pathOf[i]] }
    return { address: this.#starts[i], length: this.#lengths[i], owner }
  }

  #grow(): void {
    const size = 2 * this.#count
    this.#starts = larger(this.#starts, new Float64Array(size))
    this.#lengths = larger(this.#lengths, new Float64Array(size))
    this.#useOf = larger(this.#useOf, new Uint16Array(size))
    this.#pathOf = larger(this.#pathOf, new Uint32Array(size))
  }
}

function larger<T extends Float64Array | Uint32Array | Uint16Array>(from: T, to: T): T {
  to.set(from)
  return to
}
