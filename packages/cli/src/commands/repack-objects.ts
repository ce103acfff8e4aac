import type { Dataset, H5Object, Link } from '@h5kit/core'
import { type FileRepack, FormatError, Hdf5Error, NotFoundError, UnreachableError, WriteError } from '@h5kit/core'
import type { File } from '@h5kit/core/node'
import type { RepackOptions } from '../options/repack.ts'
import { changeLine, filterName, isAnyAsked, RepackTable } from '../render/repack.ts'
import { now } from '../system.ts'
import type { Decision } from './repack-decisions.ts'
import { decide, requestOf } from './repack-decisions.ts'
import { hasReference, isRevised, REGION_REFERENCE, referredAddresses } from './repack-references.ts'
import type { FoundRow, LinkCounts, ObjectLink, ObjectRow } from './repack-table.ts'
import { elementBytes, isPlaced, walkFile } from './repack-table.ts'
import type { Unfinished } from './repack-unfinished.ts'
import { UnfinishedObjects } from './repack-unfinished.ts'
import { collectOften, compileLittle } from './v8-settings.ts'

/** What is told while objects are written. */
export interface RepackNews {
  /** On stdout. */
  say(text: string): void
  /** On stderr. */
  warn(message: string): void
  /** Told of each dataset that is in the new file, with the bytes of its elements as they are in memory. */
  done?(bytes: number): void
  /** Asked again and again while objects are written; what it returns is waited for. */
  turn?(): Promise<void> | undefined
}

/** Objects that are written before others have their turn. */
const ROWS_IN_TURN = 16

/** Objects and links from which on there are several, and many. */
const SEVERAL = 50
const MANY = 1_000

/**
 * Writes the objects of a file into a new one in two rounds, as the reference does: all that there is, and then hard
 * links and references. So their order is the same, and what there is where one cannot be written.
 */
export class ObjectRounds {
  readonly #file: File
  readonly #repack: FileRepack
  readonly #options: RepackOptions
  readonly #news: RepackNews
  /** Whether all is written that can be, where the reference would give up. */
  readonly #whole: boolean
  readonly #table: RepackTable | undefined
  #afterReference = false
  /** Whether datasets may be written as others were: nothing is to be told of each. */
  readonly #repeats: boolean
  /** Objects that are left out. */
  readonly #skipped = new Set<number>()
  /** Datasets of references, and objects with attributes that refer to others. */
  readonly #referring = new Set<number>()
  /** Paths of objects by their addresses, where they are told of. */
  readonly #paths = new Map<number, string>()
  /** Datasets that cannot be as all are to be. */
  readonly #unfits: { path: string; reason: string }[] = []
  /** Groups that get links in the second round. */
  readonly #later = new Set<number>()
  #unfinished = new UnfinishedObjects(undefined)
  /** Objects and links that were met. */
  #done = 0
  /** The object that is being written. */
  path = '/'

  constructor(file: File, repack: FileRepack, options: RepackOptions, news: RepackNews, whole: boolean) {
    this.#file = file
    this.#repack = repack
    this.#options = options
    this.#news = news
    this.#whole = whole
    this.#table = options.verbose === 0 ? undefined : new RepackTable(options.verbose)
    this.#repeats = this.#table === undefined && !isAnyAsked(options)
  }

  /**
   * @param counts of hard links to objects; where they are not given, object headers tell
   * @returns whether there are as many links to each object as were counted; otherwise what is written is of no use
   */
  async all(counts?: LinkCounts): Promise<boolean> {
    this.#unfinished = new UnfinishedObjects(counts)
    if (this.#table !== undefined) this.#news.say(this.#table.head())
    const open: ObjectRow[] = []
    for (const row of walkFile(this.#file, this.#options, this.#options.drop)) {
      // Whatever takes long within an object asks by itself.
      const others = this.#done % ROWS_IN_TURN === 0 ? this.#news.turn?.() : undefined
      if (this.#done++ === MANY) {
        collectOften()
        compileLittle()
      }
      if (others !== undefined) await others
      if (row.kind === 'further') {
        if (!this.#unfinished.linked(row)) return false
        this.#later.add(row.group)
        continue
      }
      this.path = row.path
      // Groups that are left behind have all that they are to have.
      while (open.length > 0 && open[open.length - 1].address !== row.group) this.#complete(open.pop())
      switch (row.kind) {
        case 'group':
          this.#group(row, this.#object(row))
          open.push(row)
          break
        case 'dataset': {
          if (this.#repeated(row)) break
          const waiting = this.#dataset(row, this.#object(row))
          if (waiting !== undefined) await waiting
          this.#news.done?.(elementBytes(this.#file, row))
          this.#complete(row)
          break
        }
        case 'datatype':
          this.#datatype(row, this.#object(row))
          break
        case 'link':
          this.#link(row)
          break
      }
    }
    for (const row of open.reverse()) this.#complete(row)
    this.#tellUnfits()
    if (!this.#unfinished.areCounted) return false
    for (const unfinished of this.#unfinished) {
      this.path = unfinished.row.path
      await this.#secondRound(unfinished)
    }
    return true
  }

  #object(row: FoundRow): H5Object {
    const object = row.object ?? this.#file.object(row.address, row.path)
    if (this.#table !== undefined) this.#paths.set(row.address, row.path)
    this.#unfinished.met(row, object)
    return object
  }

  /** An object to which something is still to be added follows with the rest. */
  #complete(row: ObjectRow | undefined): void {
    if (row === undefined || !isPlaced(row) || this.#later.has(row.address)) return
    if (this.#referring.has(row.address) || this.#skipped.has(row.address)) return
    this.#repack.complete(row.address, this.#unfinished.links(row.address), row)
  }

  /** What refers to others is to be completed once these are there. */
  #refers(row: ObjectRow): void {
    this.#referring.add(row.address)
    this.#unfinished.leave(row)
  }

  #row(type: string, path: string): void {
    if (this.#table !== undefined) this.#news.say(this.#table.row(type, path))
  }

  #group(row: ObjectRow, group: H5Object): void {
    const { compactLinks, indexedLinks, low } = this.#options
    this.#row('group', row.path)
    this.#repack.begin(group, this.#whole)
    // A heap of links has blocks of a size that short lengths have no room for.
    const dense = low > 0 && this.#file.image.sizes.lengths > 2
    if (row.link === undefined ? dense : compactLinks > 0 || indexedLinks > 0) {
      this.#repack.linkPhase(row.address, compactLinks, indexedLinks)
    } else this.#repack.usualLinkPhase(row.address)
    this.#place(row)
    this.#attributes(row, group)
  }

  #place(linked: ObjectLink | ObjectRow): void {
    if (isPlaced(linked)) this.#repack.link(linked.group, linked.link)
  }

  #datatype(row: ObjectRow, type: H5Object): void {
    this.#row('type', row.path)
    this.#repack.begin(type, this.#whole)
    if (this.#options.native) this.#repack.makeNative(row.address)
    this.#place(row)
    this.#attributes(row, type)
  }

  /** Whether a dataset is written as one before it that is like it. */
  #repeated(row: ObjectRow): boolean {
    if (
      !this.#repeats ||
      this.#done < SEVERAL ||
      this.#afterReference ||
      this.#unfinished.isCounted(row.address) ||
      !isPlaced(row)
    )
      return false
    const bytes = this.#repack.repeat(row.address, row)
    if (bytes === undefined) return false
    this.#news.done?.(bytes)
    return true
  }

  /** Undefined where there is nothing to wait for. */
  #dataset(row: ObjectRow, dataset: H5Object): Promise<void> | undefined {
    if (dataset.kind !== 'dataset') {
      throw new FormatError('a dataset that is a group too', { structure: 'Object Header', address: row.address })
    }
    const isReference = dataset.type.class === 'reference'
    this.#afterReference ||= isReference
    const decision = decide(dataset, row.path, this.#options, this.#afterReference)
    return decision.kind === 'copied' ? this.#copied(row, dataset) : this.#changed(row, dataset, decision)
  }

  #copied(row: ObjectRow, dataset: Dataset): Promise<void> | undefined {
    const start = this.#table === undefined ? 0 : now()
    this.#repack.begin(dataset)
    const size = this.#repack.elements(dataset, undefined)
    if (typeof size !== 'number') return size.then(() => this.#surround(row, dataset, start))
    this.#surround(row, dataset, start)
    return undefined
  }

  /** What there is of a dataset whose elements are copied. */
  #surround(row: ObjectRow, dataset: Dataset, start: number): void {
    this.#place(row)
    this.#attributes(row, dataset)
    if (this.#table !== undefined) this.#news.say(this.#table.dataset(row.path, (now() - start) / 1000))
  }

  async #changed(row: ObjectRow, dataset: Dataset, decision: Extract<Decision, { kind: 'written' }>): Promise<void> {
    const start = now()
    const isReference = dataset.type.class === 'reference'
    const missing = this.#whole ? undefined : dataset.missingFilter
    if (missing !== undefined) {
      this.#skipped.add(row.address)
      this.#news.warn(`Warning: dataset <${row.path}> cannot be read, user defined filter is not available`)
      return
    }
    if (isReference) {
      this.#refers(row)
      if (row.group !== undefined) this.#later.add(row.group)
      return
    }
    if (decision.reason !== undefined) this.#unfit(row.path, decision.reason)
    this.#repack.begin(dataset, this.#whole)
    this.#place(row)
    const size = await this.#repack.elements(dataset, decision.change)
    this.#noteLoss(row.path, decision, size, dataset.storageSize)
    this.#written(row.path, decision, size, dataset, (now() - start) / 1000)
    if (this.#options.dryRun && isAnyAsked(this.#options))
      this.#news.say(changeLine(row.path, dataset, decision.change, size))
    this.#attributes(row, dataset)
  }

  #written(
    path: string,
    { change, filtered, kept }: Extract<Decision, { kind: 'written' }>,
    size: number,
    before: Dataset,
    seconds: number,
  ): void {
    if (this.#table === undefined) return
    const packed = { filters: change.filters ?? before.filters, ratio: size === 0 ? 0 : before.storageSize / size }
    const shown = kept === undefined && this.#filtersAskedFor(path) ? packed : undefined
    this.#news.say(this.#table.dataset(path, seconds, shown))
    if (filtered && kept === 'impossible') {
      this.#news.say(` <warning: could not apply the filter to ${path}>\n`)
    }
  }

  /** A dataset that cannot be as it is asked for: told of at once where it was named, with all others at the end. */
  #unfit(path: string, reason: string): void {
    if (this.#table !== undefined) {
      this.#news.say(` warning: could not create dataset <${path}>. Applying original settings\n`)
    }
    if (requestOf(path, this.#options.objects) !== undefined) {
      this.#news.warn(`"${path}" keeps its layout and filters: ${reason}`)
    } else this.#unfits.push({ path, reason })
  }

  #tellUnfits(): void {
    const [first, ...others] = this.#unfits
    if (first === undefined) return
    const count = others.length
    const more = count === 0 ? '' : count === 1 ? '; so does 1 other' : `; so do ${count} others`
    this.#news.warn(`"${first.path}" keeps its layout and filters: ${first.reason}${more}`)
  }

  /** Nobody has to find out by the size that elements are no longer shuffled. */
  #noteLoss(path: string, { lost }: Extract<Decision, { kind: 'written' }>, size: number, before: number): void {
    if (lost.length === 0 || (size === 0 && before === 0)) return
    const names = lost.map(filterName).join(', ')
    const sizes = `${size} bytes, ${before} before`
    this.#news.warn(`"${path}" is stored without ${names}: ${sizes} (--keep-prefilters keeps what it had)`)
  }

  #filtersAskedFor(path: string): boolean {
    const { filters, objects } = this.#options
    if (filters.length > 0) return true
    return objects.some((object) => object.path === path && object.filters.some(({ id }) => id > 0))
  }

  #link(found: ObjectLink): void {
    const { path } = found
    const { merge, prune } = this.#options
    this.#row('link', path)
    const target = merge ? this.#targetOf(path, found.link) : undefined
    if (target !== undefined) {
      this.#repack.merge(found.group, found.link, target)
      return
    }
    if (prune) {
      this.#news.say(`Pruned ${path}.\n`)
      return
    }
    this.#repack.link(found.group, found.link)
    if (found.link.kind === 'user-defined' && !this.#whole) {
      throw new WriteError(`a link of type ${found.link.type}, which h5repack does not copy (h5 repack does)`)
    }
  }

  /**
   * The object that a link leads to; undefined where it leads nowhere. A soft link of which even that cannot be told
   * (no way there, or round in circles) ends the reference's work.
   */
  #targetOf(path: string, link: Link): H5Object | undefined {
    try {
      return this.#file.get(path)
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
      const nowhere = error instanceof NotFoundError && !(error instanceof UnreachableError)
      if (nowhere || this.#whole || link.kind !== 'soft') return undefined
      throw new WriteError(`where it leads cannot be told, as h5repack has to (h5 repack does not): ${error.message}`)
    }
  }

  #attributes(row: ObjectRow, object: H5Object): void {
    const found = this.#repack.attributes(object, 'creation')
    const copied = this.#whole ? found : found.filter(({ type }) => !hasReference(type))
    if (copied.length < found.length) this.#refers(row)
    this.#repack.addAttributes(object, copied, this.#options.native)
    if (this.#table !== undefined) for (const { name } of found) this.#news.say(this.#table.attribute(name))
  }

  async #secondRound({ row, further }: Unfinished): Promise<void> {
    if (this.#skipped.has(row.address)) return
    if (this.#referring.has(row.address)) await this.#references(row)
    if (row.kind !== 'datatype' || this.#whole) for (const link of further) this.#place(link)
  }

  /** What refers to objects is not written before all are there. */
  async #references(row: ObjectRow): Promise<void> {
    const object = this.#file.object(row.address, row.path)
    if (object.kind === 'dataset' && object.type.class === 'reference') {
      if (object.type.kind > REGION_REFERENCE && !this.#whole) {
        throw new WriteError('references of the revised kind, which h5repack does not copy (h5 repack does)')
      }
      this.#tellReferences(object, row.path)
      this.#repack.begin(object, this.#whole)
      this.#place(row)
      await this.#repack.elements(object, undefined)
      this.#attributes(row, object)
    }
    if (object.kind !== 'datatype' && !this.#whole) this.#referringAttributes(object)
  }

  #tellReferences(dataset: Dataset, path: string): void {
    if (this.#table === undefined) return
    const isRegion = dataset.type.class === 'reference' && dataset.type.kind === REGION_REFERENCE
    for (const address of referredAddresses(dataset)) {
      const target = this.#paths.get(address)
      if (target !== undefined) this.#news.say(this.#table.reference(path, target, isRegion))
    }
  }

  #referringAttributes(object: H5Object): void {
    const found = this.#repack.attributes(object, 'creation').filter(({ type }) => hasReference(type))
    const revised = found.find(isRevised)
    if (revised !== undefined) {
      throw new WriteError(
        `attribute "${revised.name}" has references of the revised kind, which h5repack does not copy (h5 repack does)`,
      )
    }
    this.#repack.addAttributes(object, found, false)
  }
}
