import type { Dataset, Datatype, Reference, Slab } from '@h5kit/core'
import { LimitError, nativeType, sameType, UnsupportedError } from '@h5kit/core'
import { tellsSameApart } from '../options/tolerance.ts'
import type { Comparer, SideType } from '../render/diff/comparers.ts'
import { ElementLoop } from '../render/diff/element-loop.ts'
import { elementComparer, toMemory } from '../render/diff/elements.ts'
import type { Compared } from '../render/diff/lines.ts'
import { isPlain, plainComparer } from '../render/diff/plain.ts'
import type { DiffContext } from './diff-context.ts'
import type { Pass } from './diff-passes.ts'

export type Pair = readonly [Dataset, Dataset]
type Convert = ReturnType<typeof toMemory>

/** Arrays of different lengths are laid one behind the other, in so many bytes at most. */
const MOST_LAID_OUT = 256 << 20

/** How the elements of two datasets are compared. */
export interface DatasetPlan {
  pair: Pair
  types: readonly [SideType, SideType]
  passes: Iterable<Pass>
  names: readonly [string, string]
  shape: readonly number[]
}

/** Elements with times are read as nothing: the C library has no native type for them. */
export function refuseTimes(type: Datatype): void {
  if (type.class === 'time') throw new UnsupportedError('times cannot be compared')
  if (type.class === 'compound') for (const member of type.members) refuseTimes(member.type)
  else if ('base' in type) refuseTimes(type.base)
}

/** What elements are read as: each type's own native one, or the larger one of the two. Arrays keep their lengths. */
export function memoryTypes(a: Datatype, b: Datatype, widensArrays = false): [SideType, SideType] {
  let [one, other] = [nativeType(a), nativeType(b)]
  if (a.class !== 'array' || widensArrays) {
    if (one.size < other.size) one = nativeType(b)
    else if (other.size < one.size) other = nativeType(a)
  }
  return [
    { stored: a, memory: one },
    { stored: b, memory: other },
  ]
}

/** A type as the reference compares it: whole unsigned integers of four bytes are taken for signed ones. */
function wholeType(type: Datatype): Datatype {
  return type.class === 'fixed-point' && type.size === 4 ? { ...type, signed: true } : type
}

/** What compares elements, and what they are made of what is stored first; nothing where they may refer to something. */
interface Elements {
  compare: Comparer
  converts: readonly [Convert, Convert]
  /** Bytes from one element to the next. */
  sizes: readonly [number, number]
  /** Whether elements with the same bytes are the same. */
  skips: boolean
  /** Whether that holds as long as all elements of an array have the same bytes. */
  skipsAll: boolean
}

/** How elements of two types are compared. */
export function elementsOf(types: readonly [SideType, SideType], compared: Compared, context: DiffContext): Elements {
  const { files, report, options } = context
  const [first, second] = types
  const { lines } = report
  const judgesAll = first.stored.class === 'floating-point' || first.stored.class === 'complex'
  const nearly = options.tolerance.kind === 'exact' && options.tolerance.epsilon
  const tolerance = judgesAll && nearly ? { ...options.tolerance, judgesAll } : options.tolerance
  if (isPlain(first.stored) && isPlain(second.stored)) {
    const [size, other] = types.map(({ memory }) => memory.size)
    const smaller = other < size ? second.memory : first.memory
    return {
      compare: plainComparer(wholeType(smaller), { tolerance, lines, compared }),
      converts: [toMemory(first), toMemory(second)],
      sizes: [smaller.size, smaller.size],
      skips: !tellsSameApart(tolerance),
      skipsAll: judgesAll && nearly,
    }
  }
  const follow = (a: Reference, b: Reference): number => context.follow(a, b, compared)
  return {
    compare: elementComparer(first, second, { tolerance, lines, compared, files, follow }),
    converts: [undefined, undefined],
    sizes: [first.stored.size, second.stored.size],
    skips: false,
    skipsAll: false,
  }
}

/** The comparison of the elements of two datasets, in the order of their places. */
export class DatasetComparison {
  readonly #plan: DatasetPlan
  readonly #context: DiffContext
  readonly #done: Progress[] = []

  constructor(plan: DatasetPlan, context: DiffContext) {
    this.#plan = plan
    this.#context = context
  }

  /** Differences so far. */
  get found(): number {
    return this.#done.reduce((sum, { loop }) => sum + loop.found, 0)
  }

  run(): void {
    for (const pass of this.#plan.passes) {
      const progress = this.#begin(pass)
      if (progress === undefined) continue
      if (this.#isLaidOut) this.#layOut(pass, progress)
      else {
        const { pair } = this.#plan
        alternate(
          pair.map((dataset, i) => dataset.slabs(undefined, pass.selections[i])),
          progress,
        )
      }
    }
  }

  /** As `run`, while chunks are decoded on other threads. */
  async runAsync(): Promise<void> {
    for (const pass of this.#plan.passes) {
      const progress = this.#begin(pass)
      if (progress === undefined) continue
      if (this.#isLaidOut) {
        this.#layOut(pass, progress)
        continue
      }
      const sides = this.#plan.pair.map((dataset, i) => dataset.slabsAsync(undefined, pass.selections[i]))
      for (let side = progress.needs; side !== undefined; side = progress.needs) {
        const next = await sides[side].next()
        if (next.done === true) break
        progress.give(side, next.value)
      }
      await Promise.all(sides.map((side) => side.return(undefined)))
    }
  }

  /** Whether arrays of different lengths are compared as what they are one behind the other. */
  get #isLaidOut(): boolean {
    const [first, second] = this.#plan.types
    return isPlain(first.stored) && isPlain(second.stored) && first.memory.size !== second.memory.size
  }

  /** Undefined where it is known that nothing differs. */
  #begin(pass: Pass): Progress | undefined {
    const { names, shape, types } = this.#plan
    const compared: Compared = { names, shape, position: (element) => pass.position(element) }
    const elements = elementsOf(types, compared, this.#context)
    if (elements.skipsAll && this.#isIdentical(pass)) return undefined
    const loop = elementLoop(elements, this.#context)
    const same = sameType(types[0].stored, types[1].stored) && elements.skips
    const progress = new Progress(loop, types, elements.converts, same, pass.arrays)
    this.#done.push(progress)
    return progress
  }

  /** Whether all elements have the same bytes in memory. */
  #isIdentical(pass: Pass): boolean {
    const { pair, types } = this.#plan
    let identical = true
    const size = types[0].memory.size
    const found: Comparer = () => {
      identical = false
      return 1
    }
    const loop = new ElementLoop(found, [size, size], true, this.#context.report.lines, 1)
    const progress = new Progress(loop, types, [toMemory(types[0]), toMemory(types[1])], false, pass.arrays)
    alternate(
      pair.map((dataset, i) => dataset.slabs(undefined, pass.selections[i])),
      progress,
    )
    return identical
  }

  #layOut({ selections, arrays }: Pass, { loop }: Progress): void {
    const { pair, types } = this.#plan
    const bytes = pair.map((dataset, i) => {
      const count = dataset.shape.reduce((product, n) => product * n, 1)
      const size = Math.max(types[i].memory.size, types[i].stored.size)
      if (count * size > MOST_LAID_OUT) throw new LimitError(`arrays of ${count * size} bytes`, { path: dataset.path })
      const stored = dataset.raw(selections[i])
      return toMemory(types[i])?.(stored, stored.length / types[i].stored.size) ?? stored
    })
    for (const count of arrays) {
      loop.begin()
      loop.add(bytes[0], bytes[1], count, 0)
    }
  }
}

/** Gives slabs of whichever side is short of them. */
function alternate(sides: readonly Iterator<Slab>[], progress: Progress): void {
  for (let side = progress.needs; side !== undefined; side = progress.needs) {
    const next = sides[side].next()
    if (next.done === true) break
    progress.give(side, next.value)
  }
}

/** What goes through the elements, and stops where it is enough. */
export function elementLoop({ compare, sizes, skips }: Elements, { report, options }: DiffContext): ElementLoop {
  return new ElementLoop(compare, sizes, skips, report.lines, options.count)
}

/** How far two datasets are compared, whose slabs are of different sizes. */
class Progress {
  readonly loop: ElementLoop
  readonly #types: readonly [SideType, SideType]
  readonly #converts: readonly [Convert, Convert]
  /** Whether what is stored is the same where its bytes are. */
  readonly #same: boolean
  readonly #arrays: Iterator<number>
  readonly #slabs: [Slab | undefined, Slab | undefined] = [undefined, undefined]
  readonly #used: [number, number] = [0, 0]
  /** Elements that are left of the array. */
  #left = 0
  #number = 0
  #over = false
  /** Whether there is another array behind this one. */
  #next: IteratorResult<number>

  constructor(
    loop: ElementLoop,
    types: readonly [SideType, SideType],
    converts: readonly [Convert, Convert],
    same: boolean,
    arrays: Iterable<number>,
  ) {
    this.loop = loop
    this.#types = types
    this.#converts = converts
    this.#same = same
    this.#arrays = arrays[Symbol.iterator]()
    this.#next = this.#arrays.next()
    this.#begin()
  }

  /** The side of which more elements are needed; undefined where it is over. */
  get needs(): 0 | 1 | undefined {
    if (this.#over) return undefined
    return this.#slabs[0] === undefined ? 0 : this.#slabs[1] === undefined ? 1 : undefined
  }

  /** Takes the next elements of a side, and compares what both have. */
  give(side: number, slab: Slab): void {
    const which = side === 0 ? 0 : 1
    this.#slabs[which] = slab
    this.#used[which] = 0
    while (!this.#over) {
      const [a, b] = this.#slabs
      if (a === undefined || b === undefined) return
      const count = Math.min(a.count - this.#used[0], b.count - this.#used[1], this.#left)
      this.#compare(a, b, count)
      for (const i of [0, 1] as const) {
        this.#used[i] += count
        if (this.#used[i] === this.#slabs[i]?.count) this.#slabs[i] = undefined
      }
      this.#number += count
      this.#left -= count
      if (this.#left === 0) this.#begin()
      else if (this.loop.full && this.#next.done === true) this.#over = true
    }
  }

  /** Goes on to the next array that has elements. */
  #begin(): void {
    while (this.#left === 0) {
      if (this.#next.done === true) {
        this.#over = true
        return
      }
      this.#left = this.#next.value
      this.#next = this.#arrays.next()
      this.loop.begin()
    }
  }

  #compare(a: Slab, b: Slab, count: number): void {
    if (this.loop.full) return
    const parts = [a, b].map(({ bytes }, i) => {
      const { size } = this.#types[i].stored
      return bytes.subarray(this.#used[i] * size, (this.#used[i] + count) * size)
    })
    if (this.#same && Buffer.compare(parts[0], parts[1]) === 0) return
    const [one, other] = parts.map((part, i) => this.#converts[i]?.(part, count) ?? part)
    this.loop.add(one, other, count, this.#number)
  }
}
