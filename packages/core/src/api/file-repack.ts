import { converter } from '../datatype/conversion/convert.ts'
import { sameType } from '../datatype/equality.ts'
import { FormatError, WriteError } from '../errors.ts'
import { elementCount } from '../format/messages/dataspace.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import { EARLY } from '../format/messages/fill-value.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import { readObjectHeader } from '../format/read-object-header.ts'
import type { ByteSink } from '../io/byte-sink.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { ResolvedAttribute } from '../objects/attributes.ts'
import { objectAttributes } from '../objects/attributes.ts'
import type { IndexOrder, Link } from '../objects/links.ts'
import { RawReader } from '../storage/raw-data.ts'
import { AlikeDatasets } from '../write/alike-datasets.ts'
import type { Turn, Work } from '../write/chunk-queue.ts'
import { carryOut, carryOutHere } from '../write/chunk-queue.ts'
import type {
  AttributeContent,
  DatasetDraft,
  GroupDraft,
  LinkDraft,
  LinkedObject,
  ObjectDraft,
  Places,
  TypeDraft,
} from '../write/drafts.ts'
import { symbolicLinkDraft } from '../write/drafts.ts'
import type { FileOptions as NewFileOptions } from '../write/file-options.ts'
import { FileWriter } from '../write/file-writer.ts'
import { ObjectCopy } from '../write/object-copy.ts'
import { copyData } from '../write/object-copy-data.ts'
import type { ElementPlaces } from '../write/object-copy-elements.ts'
import { ElementMover, outsideParts } from '../write/object-copy-elements.ts'
import { draftOfHeader } from '../write/object-copy-header.ts'
import type { RewriteTools, Rewriting, Scratch } from '../write/rewrite-data.ts'
import { rewriteChunks, rewriteCompact, rewriteContiguous } from '../write/rewrite-data.ts'
import { expansion } from './copy.ts'
import type { Dataset } from './dataset.ts'
import type { DatasetChange } from './dataset-change.ts'
import { nativeForm } from './dataset-change.ts'
import type { File } from './file.ts'
import type { H5Object } from './objects.ts'
import { describe, isChanged, isStored, keepIndex, storedBytes } from './repack-layout.ts'

/** How the new file is made. */
export interface RepackOptions extends NewFileOptions {
  /** Bytes that elements may take in memory. */
  memory?: number | undefined
  /** Makes a place for what memory has no room for. */
  scratch?: (() => Scratch) | undefined
  /** Told of bytes of elements that were written. */
  progress?: ((bytes: number) => void) | undefined
  /** Asked again and again while elements are copied; what it returns is waited for. */
  turn?: (() => Promise<void> | undefined) | undefined
}

/** An attribute that may be put into the new file. */
export type FoundAttribute = ResolvedAttribute

const MEMORY = 256 << 20

/**
 * Writes objects of a file into a new one: each when it is asked for, in the order in which it is to be there.
 *
 *     const repack = new FileRepack(file, sink, { low: 'v110' })
 *     for (const link of file.root.links()) repack.link(file.rootAddress, link)
 *     repack.finish()
 *
 * An object that is begun is in the new file once something leads to it.
 */
export class FileRepack {
  readonly #file: File
  readonly #writer: FileWriter
  readonly #tools: RewriteTools
  /** Whether what is the same in several objects is written with each of them. */
  readonly #isApart: boolean
  /** There once somebody asks for it: among few datasets there is nothing to gain. */
  #alike: AlikeDatasets | undefined
  /** The dataset whose elements were asked for last, if they stay as they are. */
  #unchanged: DatasetDraft | undefined
  readonly #drafts = new Map<number, LinkedObject>()
  #lastAddress = UNDEFINED
  #last: LinkedObject | undefined
  /** Where elements go that refer to no objects. */
  readonly #places: ElementPlaces = { store: (bytes) => this.#writer.heap.add(bytes), newAddress: () => undefined }

  constructor(file: File, sink: ByteSink, options: RepackOptions = {}) {
    const { memory = MEMORY, scratch, progress, turn, ...fileOptions } = options
    const { offsets, lengths } = file.image.sizes
    this.#file = file
    this.#writer = new FileWriter(sink, { sizes: { offsets, lengths }, ...fileOptions })
    this.#isApart = options.sharing === undefined
    const { pipeline } = file.image
    this.#tools = { pipeline, coder: pipeline.coder, memory, emitter: this.#writer.emitter, scratch, progress, turn }
  }

  /** Whether an object was begun. */
  has(address: number): boolean {
    return this.#drafts.has(address)
  }

  /**
   * Begins an object as its header describes it, without links, attributes and elements.
   *
   * @param comment whether a comment comes along
   */
  begin(object: H5Object, comment = true): void {
    const draft = this.#draft(object.address, object.header)
    if (!comment) draft.comment = undefined
  }

  /**
   * Says that an object which was begun has all that it is to have. Where it leads only to what is in the new file
   * already, so is it then, and takes no more memory.
   *
   * @param links that will lead to it, `first` among them
   * @param first one that there is already
   */
  complete(address: number, links: number, first: { group: number; link: Link }): void {
    const draft = this.#drafts.get(address)
    if (draft === undefined || draft.kind === 'existing' || !leadsToExisting(draft)) return
    const object = this.#writer.write(draft, links)
    this.#drafts.set(address, object)
    this.#last = undefined
    const link = this.#group(first.group).links.get(first.link.name)
    if (link?.kind === 'hard') link.object = object
    if (this.#alike === undefined || draft !== this.#unchanged || links !== 1) return
    // An attribute that is not as it was has another head.
    if (draft.attributes.every(({ head }) => head !== undefined)) this.#alike.add(address, draft)
  }

  /**
   * Writes a dataset with all that it has, and the one link to it, where it is like others that were completed since this
   * was asked first: with all that they had, and elements that stayed as they were.
   *
   * @returns bytes of its elements; undefined, and nothing is written, where there were none like it
   */
  repeat(address: number, { group, link: { name, characterSet } }: { group: number; link: Link }): number | undefined {
    if (!this.#isApart) return undefined
    this.#alike ??= new AlikeDatasets(this.#file.image, this.#writer)
    const repeated = this.#alike.write(address)
    if (repeated === undefined) return undefined
    const { object, bytes } = repeated
    this.#drafts.set(address, object)
    this.#group(group).links.set(name, { kind: 'hard', object, characterSet })
    return bytes
  }

  /** Puts a link to an object that was begun, or a link of another kind, into a group that was begun. */
  link(group: number, link: Link): void {
    const { characterSet } = link
    const draft = this.#target(link)
    draft.characterSet = characterSet
    this.#group(group).links.set(link.name, draft)
  }

  /** When a group's links leave its header, and when they come back. */
  linkPhase(group: number, maximumCompact: number, minimumDense: number): void {
    this.#group(group).info = {
      version: 0,
      flags: 1,
      maximumCompact,
      minimumDense,
      estimatedEntries: 4,
      estimatedNameLength: 8,
    }
  }

  /** A group's links are kept as groups are by default. */
  usualLinkPhase(group: number): void {
    this.#group(group).info = undefined
  }

  /** Puts a copy of an object, with all that it and links to other files in it lead to, in the place of a link to it. */
  merge(group: number, { name, characterSet }: Link, { file, address }: H5Object): void {
    const expand = expansion(file, { expandExternal: true })
    const draft = new ObjectCopy(file.image, this.#writer, { expand }).object(address)
    this.#group(group).links.set(name, { kind: 'hard', object: draft, characterSet })
  }

  #target(link: Link): LinkDraft {
    return link.kind === 'hard' ? { kind: 'hard', object: this.#object(link.address) } : symbolicLinkDraft(link)
  }

  #group(address: number): GroupDraft {
    const draft = this.#draft(address)
    if (draft.kind === 'group') return draft
    throw new FormatError('no group', { address })
  }

  #draft(address: number, header?: ObjectHeader): ObjectDraft {
    const object = this.#object(address, header)
    if (object.kind !== 'existing') return object
    throw new WriteError('an object that is written already', { address })
  }

  #object(address: number, header?: ObjectHeader): LinkedObject {
    // Whoever asks for an object asks again.
    if (address === this.#lastAddress && this.#last !== undefined) return this.#last
    const object = this.#drafts.get(address) ?? this.#made(address, header)
    this.#lastAddress = address
    this.#last = object
    return object
  }

  #made(address: number, header?: ObjectHeader): ObjectDraft {
    const { image } = this.#file
    const draft = draftOfHeader(image, header ?? readObjectHeader(image, address), this.#writer.versions)
    this.#drafts.set(address, draft)
    return draft
  }

  #committed(address: number | undefined, native: boolean): TypeDraft | undefined {
    if (address === undefined) return undefined
    const draft = this.#draft(address)
    if (draft.kind !== 'datatype') {
      throw new FormatError('no committed datatype', { structure: 'Shared Message', address })
    }
    if (native) draft.type = nativeForm(draft.type)
    return draft
  }

  /** A committed datatype becomes one that the processor has. */
  makeNative(address: number): void {
    this.#committed(address, true)
  }

  /** The attributes of an object that was begun. */
  attributes({ address, header }: H5Object, order: IndexOrder): FoundAttribute[] {
    this.#draft(address, header)
    return objectAttributes(this.#file.image, header, order)
  }

  /** Puts attributes of an object that was begun behind those that it has in the new file. */
  addAttributes({ address }: H5Object, attributes: readonly FoundAttribute[], native: boolean): void {
    const draft = this.#draft(address)
    const added = attributes.map((attribute) => this.#attribute(attribute, native))
    draft.attributes = draft.attributes.length === 0 ? added : draft.attributes.concat(added)
  }

  #attribute(attribute: ResolvedAttribute, native: boolean): AttributeContent {
    const { name, characterSet, committed, space, data, head } = attribute
    const count = elementCount(space)
    const length = count * attribute.type.size
    if (data.length < length) {
      throw new FormatError(`${data.length} bytes of data instead of ${length}`, { structure: 'Attribute Message' })
    }
    const type = native ? nativeForm(attribute.type) : attribute.type
    const elements = data.length === length ? data : data.slice(0, length)
    const mover = this.#mover(type)
    return {
      name,
      characterSet,
      type,
      committed: this.#committed(committed, native),
      space,
      data:
        mover !== undefined
          ? this.#moved(mover, elements, count)
          : type === attribute.type
            ? elements
            : converter(attribute.type, type)(elements, count),
      head: type === attribute.type ? head : undefined,
    }
  }

  #moved(mover: ElementMover, elements: Uint8Array, count: number): (places: Places) => Uint8Array {
    return (places) => {
      const bytes = elements.slice()
      mover.move(bytes, 0, count, this.#placesIn(places))
      return bytes
    }
  }

  #mover(type: Datatype): ElementMover | undefined {
    const { sequences, references } = outsideParts(type)
    return sequences || references ? new ElementMover(this.#file.image, type) : undefined
  }

  #placesIn(places: Places): ElementPlaces {
    return {
      store: (bytes) => places.store(bytes),
      newAddress: (address) => {
        const draft = this.#drafts.get(address)
        return draft && places.addressOf(draft)
      },
    }
  }

  /**
   * Writes the elements of a dataset that was begun; those that hold references follow with the objects.
   *
   * @returns bytes that they take in the new file, as far as they are written
   */
  elements(dataset: Dataset, change: DatasetChange | undefined): number | Promise<number> {
    const draft = this.#draft(dataset.address)
    if (draft.kind !== 'dataset') throw new FormatError('no dataset', { address: dataset.address })
    draft.committed = this.#committed(dataset.committed, change?.native === true)
    this.#unchanged = change === undefined ? draft : undefined
    if (change === undefined) keepIndex(dataset, draft, this.#writer)
    if (outsideParts(dataset.type).references) {
      draft.deferred = (places) => carryOutHere(this.#write(dataset, draft, change, this.#placesIn(places), true))
      if (change !== undefined) describe(dataset, draft, change, this.#writer)
      return 0
    }
    const work =
      change === undefined
        ? this.#copy(dataset, draft, this.#places, this.#tools.turn)
        : this.#write(dataset, draft, change, this.#places, false)
    return work === undefined ? storedBytes(draft) : carryOut(work).then(() => storedBytes(draft))
  }

  /** Writes elements as they are stored. */
  #copy(dataset: Dataset, draft: DatasetDraft, places: ElementPlaces, turn?: Turn): Work | undefined {
    const { image, space, elementSize, layout, filters } = dataset.rawDataset
    const mover = this.#mover(dataset.type)
    const stored = { image, space, elementSize, layout, filters, mover, draft }
    return copyData(stored, this.#tools.emitter, places, turn)
  }

  *#write(
    dataset: Dataset,
    draft: DatasetDraft,
    change: DatasetChange | undefined,
    places: ElementPlaces,
    described: boolean,
  ): Work {
    const raw = dataset.rawDataset
    const mover = this.#mover(dataset.type)
    if (change !== undefined && !described) describe(dataset, draft, change, this.#writer)
    const { layout } = draft
    const tools = described ? { ...this.#tools, coder: undefined, turn: undefined } : this.#tools
    if (!isChanged(dataset, draft)) {
      const work = this.#copy(dataset, draft, places, tools.turn)
      if (work !== undefined) yield* work
    } else {
      const convert = this.#converter(dataset, draft, mover, places)
      if (convert !== undefined && draft.fill.value.length === raw.elementSize) {
        draft.fill = { ...draft.fill, value: convert(draft.fill.value.slice(), 1) }
      }
      const dense = draft.fill.allocationTime === EARLY
      const given: Rewriting = { dataset: raw, reader: new RawReader(raw), draft, convert, dense }
      if (layout.kind === 'compact') draft.layout = { ...layout, data: rewriteCompact(given) }
      else if (!isStored(dataset)) return
      else if (layout.kind === 'chunked') yield* rewriteChunks(given, layout, tools)
      else if (layout.kind === 'contiguous') {
        draft.layout = { ...layout, address: yield* rewriteContiguous(given, tools) }
      } else throw new WriteError(`elements in a ${layout.kind} layout`)
    }
  }

  #converter(dataset: Dataset, draft: DatasetDraft, mover: ElementMover | undefined, places: ElementPlaces) {
    if (mover !== undefined) {
      return (bytes: Uint8Array, count: number): Uint8Array => {
        mover.move(bytes, 0, count, places)
        return bytes
      }
    }
    return sameType(draft.type, dataset.type) ? undefined : converter(dataset.type, draft.type)
  }

  /** Writes all objects to which links lead from the root group, and the superblock: then there is a file. */
  finish(): void {
    this.#writer.finish(this.#group(this.#file.rootAddress))
  }
}

/** Whether an object leads to none that is still to be written, and its elements to none that may be. */
function leadsToExisting(draft: ObjectDraft): boolean {
  if (draft.attributes.some(({ committed, data }) => committed !== undefined || typeof data === 'function'))
    return false
  if (draft.kind === 'dataset') return draft.committed === undefined && draft.deferred === undefined
  if (draft.kind === 'datatype') return false
  for (const link of draft.links.values()) if (link.kind === 'hard' && link.object.kind !== 'existing') return false
  return true
}
