import type { Dataset, Group, H5Object, IndexOrder, Link } from '@h5kit/core'
import { FormatError, Hdf5Error, LimitError } from '@h5kit/core'
import type { File } from '@h5kit/core/node'

/** The order in which groups and attributes are gone through. */
export interface Order {
  by: IndexOrder
  descending: boolean
}

/** Something that a visit of a whole file comes upon. */
export type Visited =
  | {
      kind: 'object'
      path: string
      object: H5Object /** Where the object was met before. */
      before: string | undefined
    }
  | { kind: 'link'; path: string; link: Exclude<Link, { kind: 'hard' }> }

/** Groups within groups that are gone into at most; deeper ones can only be damage or malice. */
const DEEPEST = 1_000

/** A group's links in an order. */
export function* linksInOrder(group: Group, { by, descending }: Order): Generator<Link> {
  if (descending) yield* [...group.links(by)].reverse()
  else yield* group.links(by)
}

/** The root group and all links of a file, each group's behind the first hard link to it. */
export function* visitFile(file: File, order: Order): Generator<Visited> {
  const { root } = file
  const seen = new Map<number, string>()
  if (root.referenceCount > 1) seen.set(root.address, '/')
  yield { kind: 'object', path: '/', object: root, before: undefined }
  yield* below(root, '/', order, seen, 0)
}

function* below(
  group: Group,
  prefix: string,
  order: Order,
  seen: Map<number, string>,
  depth: number,
): Generator<Visited> {
  if (depth > DEEPEST) throw new LimitError(`groups nested more than ${DEEPEST} deep`, { path: prefix })
  for (const link of linksInOrder(group, order)) {
    const path = prefix + link.name
    if (link.kind !== 'hard') {
      yield { kind: 'link', path, link }
      continue
    }
    const object = group.file.object(link.address, path)
    const shared = object.referenceCount > 1
    const before = shared ? seen.get(object.address) : undefined
    if (shared && before === undefined) seen.set(object.address, path)
    yield { kind: 'object', path, object, before }
    if (object.kind === 'group' && before === undefined) yield* below(object, `${path}/`, order, seen, depth + 1)
  }
}

/** A committed datatype of a file. */
export interface TypeEntry {
  /** Its first path; where no link leads to it, the path of the first dataset that uses it. */
  path: string
  /** Whether a link leads to it. */
  named: boolean
}

/** Raised where tables that grow with the dump do not know yet what the whole file would tell. */
export class Undecided extends Error {}

/** What is known of a file's objects before any of them is dumped, or, while tables grow, of those that were. */
export class ObjectTables {
  readonly file: File
  readonly types = new Map<number, TypeEntry>()
  readonly #order: Order
  /** Paths of objects with several links. */
  readonly #paths = new Map<number, string>()
  readonly #displayed = new Set<number>()
  #datasets = 0
  #growing: boolean

  /** Goes through the whole file, unless it grows; throws where an object of it cannot be read. */
  constructor(file: File, order: Order, growing = false) {
    this.file = file
    this.#order = order
    this.#growing = growing
    if (!growing) this.#visit()
  }

  #visit(): void {
    for (const visited of visitFile(this.file, this.#order)) {
      if (visited.kind === 'object' && visited.before === undefined) this.#add(visited.object, visited.path)
    }
  }

  #add(object: H5Object, path: string): void {
    if (object.referenceCount > 1) this.#paths.set(object.address, path)
    if (object.kind === 'dataset') {
      this.#datasets++
      const { committed } = withFacts(object)
      if (committed !== undefined && !this.types.has(committed)) this.types.set(committed, { path, named: false })
    } else if (object.kind === 'datatype') {
      this.types.set(object.address, { path, named: true })
    }
  }

  get growing(): boolean {
    return this.#growing
  }

  /** Goes through the whole file after all; Undecided where what was dumped may not be right. */
  complete(): void {
    try {
      this.#visit()
    } catch (error) {
      throw error instanceof Hdf5Error ? new Undecided() : error
    }
    if (this.unnamed.length > 0) throw new Undecided()
    this.#growing = false
  }

  /** Number of datasets that links lead to. */
  get datasetCount(): number {
    return this.#datasets
  }

  /** Addresses of committed datatypes that no link leads to, in the order of the datasets that use them. */
  get unnamed(): number[] {
    return [...this.types].filter(([, { named }]) => !named).map(([address]) => address)
  }

  /** What a committed datatype is called; undefined where nothing is known of it. */
  typeName(address: number): string | undefined {
    const entry = this.types.get(address)
    // While tables grow, a link may still lead to a type that only datasets are known to have.
    if (this.#growing && entry?.named !== true) throw new Undecided()
    if (entry === undefined) return undefined
    return entry.named ? entry.path : `/#${address}`
  }

  /** Notes that an object is dumped; returns its path where it was dumped before. */
  display(object: H5Object): string | undefined {
    if (!this.#displayed.has(object.address)) {
      this.#displayed.add(object.address)
      if (this.#growing && (object.referenceCount > 1 || object.kind === 'datatype')) this.#add(object, object.path)
      return undefined
    }
    return this.#paths.get(object.address) ?? this.types.get(object.address)?.path ?? this.#find(object.address)
  }

  /** An object with one link can come twice too, where it is asked for twice. */
  #find(address: number): string {
    for (const visited of visitFile(this.file, this.#order)) {
      if (visited.kind === 'object' && visited.object.address === address) return visited.path
    }
    return ''
  }
}

/** A dataset that can be opened: type, shape and layout can be read, and fit one another. */
export function withFacts(dataset: Dataset): Dataset {
  const { layout, shape } = dataset
  if (layout.kind === 'chunked' && layout.dimensions.length !== shape.length) {
    throw new FormatError(`chunks of rank ${layout.dimensions.length} in a dataset of rank ${shape.length}`, {
      path: dataset.path,
    })
  }
  return dataset
}
