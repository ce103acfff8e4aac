import type { HeaderMessage } from '../format/object-header.ts'
import type { ByteSink } from '../io/byte-sink.ts'
import { BufferSink } from '../io/byte-sink.ts'
import type { Span } from '../io/span.ts'
import type { LinkedObject, ObjectDraft, Places } from './drafts.ts'
import type { EditedGlobalHeap } from './edited-global-heap.ts'
import { Emitter } from './emitter.ts'
import type { FilePlan } from './file-options.ts'
import { GlobalHeapBuilder } from './global-heap-builder.ts'
import type { HeaderPlace } from './header-packer.ts'
import { headerLength, packHeader } from './header-packer.ts'
import type { ObjectContext } from './object-context.ts'
import type { ObjectOrder } from './object-order.ts'
import { orderObjects } from './object-order.ts'
import { objectHeader } from './object-writer.ts'
import type { SharedMessageBuilder } from './shared-message-builder.ts'
import { FileSpace } from './space.ts'
import type { Versions } from './version-bounds.ts'

/** Takes nothing: for finding out how long something will be. */
const NOWHERE: ByteSink = { write() {} }

/** What elements get instead of addresses while a header is measured. */
const NO_PLACES: Places = { addressOf: () => 0, store: () => ({ address: 0, index: 0 }) }

/** How objects are written, which is the same in the whole file. */
export type ObjectPlan = Pick<FilePlan, 'versions' | 'limits' | 'constants'>

/** Writes objects that a file does not have yet. */
export class DraftWriter {
  readonly emitter: Emitter
  /** Where variable-length data goes. */
  readonly heap: GlobalHeapBuilder
  /** What messages of objects that are in the file already are written with. */
  readonly context: ObjectContext
  readonly #plan: ObjectPlan
  /** With what headers are measured. */
  #trial: ObjectContext | undefined
  readonly #sharing: SharedMessageBuilder | undefined
  /** Bodies of messages that many objects have. */
  readonly #repeated = new WeakMap<object, Span>()
  readonly #written = new Map<ObjectDraft, number>()
  /** Places of headers that something points to already. */
  readonly #reserved = new Map<ObjectDraft, HeaderPlace>()
  #references: ReadonlyMap<LinkedObject, number> = new Map()
  /** What is written before the others, of which nothing else is to be known. */
  #alone: ObjectDraft | undefined
  #linksToAlone = 0

  /**
   * @param sharing keeps messages that objects share
   * @param heap what the file has of the global heap, with room in it
   */
  constructor(emitter: Emitter, plan: ObjectPlan, sharing?: SharedMessageBuilder, heap?: EditedGlobalHeap) {
    this.emitter = emitter
    this.heap = new GlobalHeapBuilder(emitter, heap)
    this.#plan = plan
    this.#sharing = sharing
    this.context = this.#context(emitter, {
      addressOf: (linked) => this.addressOf(linked),
      store: (bytes) => this.heap.add(bytes),
    })
  }

  /** The least versions of what is written. */
  get versions(): Versions {
    return this.#plan.versions
  }

  /**
   * Writes objects with all that they lead to, and what elements of theirs refer to.
   *
   * @param links from elsewhere to some of the objects, which count besides those among them
   * @returns references to each object, those to objects that the file had before too
   */
  write(objects: readonly ObjectDraft[], links: ReadonlyMap<ObjectDraft, number>): ReadonlyMap<LinkedObject, number> {
    const order = this.#order(objects, links)
    this.#references = order.references
    for (const object of order.objects) this.#write(object)
    this.#writeReferred()
    return order.references
  }

  /**
   * Writes an object that leads to none but those that the file has, or that have their places; returns its address.
   *
   * @param links that lead to it
   */
  writeAlone(object: ObjectDraft, links: number): number {
    this.#alone = object
    this.#linksToAlone = links
    return this.#put(object)
  }

  /** The header that `writeAlone` writes of an object; undefined where that writes more of it than the header. */
  headerAlone(object: ObjectDraft, links: number): Uint8Array | undefined {
    const sink = new BufferSink()
    const emitter = new Emitter(this.emitter.sizes, new FileSpace(0), sink)
    this.#alone = object
    this.#linksToAlone = links
    const address = packHeader(emitter, objectHeader(this.#context(emitter, NO_PLACES), object))
    return address === 0 ? sink.written : undefined
  }

  /**
   * Gives the header of an object that will be written its place, before what it leads to gets any.
   *
   * @param length of the place; what does not fit goes elsewhere
   */
  reserve(object: ObjectDraft, length: number): void {
    this.#reserved.set(object, { address: this.emitter.space.allocate(length), length })
  }

  /** Whether an object that will be written has its place. */
  isReserved(object: ObjectDraft): boolean {
    return this.#reserved.has(object)
  }

  #order(objects: readonly ObjectDraft[], links: ReadonlyMap<ObjectDraft, number>): ObjectOrder {
    const order = orderObjects(objects.filter((object) => !this.#written.has(object)))
    for (const [object, count] of links) order.references.set(object, (order.references.get(object) ?? 0) + count)
    return order
  }

  /** The address of an object; what is not written yet gets its place before. */
  addressOf(object: LinkedObject): number {
    if (object.kind === 'existing') return object.address
    const known = this.#written.get(object) ?? this.#reserved.get(object)?.address
    if (known !== undefined) return known
    this.#trial ??= this.#context(new Emitter(this.emitter.sizes, new FileSpace(0), NOWHERE), NO_PLACES)
    const length = headerLength(this.#trial.emitter, objectHeader(this.#trial, object))
    const place = { address: this.emitter.space.allocate(length), length }
    this.#reserved.set(object, place)
    return place.address
  }

  /** Whether an object is in the file. */
  has(object: ObjectDraft): boolean {
    return this.#written.has(object)
  }

  /** Writes objects that nothing but elements of others led to. */
  #writeReferred(): void {
    for (;;) {
      const [referred] = this.#reserved.keys()
      if (referred === undefined) return
      for (const object of orderObjects([referred]).objects) if (!this.#written.has(object)) this.#write(object)
    }
  }

  #write(object: ObjectDraft): void {
    this.#written.set(object, this.#put(object))
  }

  #put(object: ObjectDraft): number {
    const { context } = this
    if (object.kind === 'dataset') object.deferred?.(context)
    const header = objectHeader(context, object)
    const place = this.#reserved.size === 0 ? undefined : this.#reserved.get(object)
    const address = packHeader(this.emitter, header, place)
    if (place !== undefined) this.#reserved.delete(object)
    return address
  }

  #context(emitter: Emitter, places: Places): ObjectContext {
    const { versions, limits, constants } = this.#plan
    const referenceCount = (object: ObjectDraft): number =>
      object === this.#alone ? this.#linksToAlone : (this.#references.get(object) ?? 0)
    const sharing = this.#sharing
    const live = emitter === this.emitter
    const share =
      sharing === undefined
        ? undefined
        : (message: HeaderMessage): HeaderMessage => (live ? sharing.share(message) : sharing.measured(message))
    const repeated = this.#repeated
    return { emitter, versions, limits, constants, referenceCount, repeated, share, ...places }
  }
}
