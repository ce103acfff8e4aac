import { FormatError, WriteError } from '../errors.ts'
import type { FileImage } from '../format/file-image.ts'
import { elementCount } from '../format/messages/dataspace.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import { LINK } from '../format/messages/message-types.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import { readObjectHeader } from '../format/read-object-header.ts'
import type { ResolvedAttribute } from '../objects/attributes.ts'
import { objectAttributes } from '../objects/attributes.ts'
import { datasetFacts } from '../objects/dataset.ts'
import type { Link } from '../objects/links.ts'
import { groupLinks } from '../objects/links.ts'
import type {
  AttributeContent,
  DatasetDraft,
  ExistingObject,
  GroupDraft,
  LinkDraft,
  LinkedObject,
  ObjectDraft,
  Places,
  TypeDraft,
} from './drafts.ts'
import { symbolicLinkDraft } from './drafts.ts'
import type { Emitter } from './emitter.ts'
import type { CopyTarget } from './object-copy-counts.ts'
import { CountedCopies } from './object-copy-counts.ts'
import type { StoredData } from './object-copy-data.ts'
import { copyDataHere, visitElements } from './object-copy-data.ts'
import type { ElementPlaces } from './object-copy-elements.ts'
import { ElementMover, outsideParts } from './object-copy-elements.ts'
import { draftOfHeader, formsOf, roomOfHeader, roomOfNames } from './object-copy-header.ts'

/** Writes the elements of a dataset, and completes its draft's layout, chunks and fill value. */
export type WriteElements = (emitter: Emitter, places: ElementPlaces) => void

/** An object header in one of the files that objects come from. */
export interface SourcePlace {
  image: FileImage
  /** Tells files apart, and the same file from itself where it is to be taken for another: its objects are copied again. */
  number: number
  address: number
}

/**
 * Where references of the copied elements lead: to the copies of what they led to, and nowhere where that is not copied
 * ('follow'); to such copies, which are made where they would not be otherwise ('expand'); nowhere ('clear'); where they
 * led ('keep', within one file: those of objects that come from other files lead nowhere).
 */
export type ReferenceChoice = 'follow' | 'expand' | 'clear' | 'keep'

/** What is copied of an object, and what becomes of it. */
export interface CopyOptions {
  /** Leave attributes out. Default false. */
  withoutAttributes?: boolean | undefined
  /** Of groups below the one that is copied, copy nothing of what they hold. Default false. */
  shallow?: boolean | undefined
  /** Whether objects keep the forms that they have, old or new, rather than take those of the new file. Default false. */
  keepForms?: boolean | undefined
  /** Default 'follow'. */
  references?: ReferenceChoice | undefined
  /** Says of each link, with the path from where the copy began, whether it is left out. */
  drop?: ((path: string, link: Link) => boolean) | undefined
  /**
   * The object that is copied in the place of a soft or external link; undefined where the link itself is. The file
   * where the copy began has number 0.
   */
  expand?: ((group: SourcePlace, link: Link) => SourcePlace | undefined) | undefined
  /** The committed datatype of the new file that takes the place of one like it; undefined where there is none. */
  merge?: ((type: Datatype) => TypeDraft | ExistingObject | undefined) | undefined
  /**
   * Asked for each dataset that is found. May change its draft, and then gives what writes the elements, which are
   * copied as they are stored where it gives nothing.
   */
  dataset?: ((found: FoundDataset) => WriteElements | undefined) | undefined
}

/** A dataset that is about to be copied. */
export interface FoundDataset {
  /** By which it was found first, from where the copy began. */
  path: string
  /** Of its object header in the file that it comes from. */
  address: number
  stored: StoredData
}

/** A file that objects come from, with what was made of them. */
interface Source {
  image: FileImage
  number: number
  objects: Map<number, LinkedObject>
}

/** An object that is being copied. */
interface Open {
  source: Source
  draft: ObjectDraft
  header: ObjectHeader
  path: string
  /** Of the groups around it, the one where the copy began included. */
  depth: number
}

/** Copies an object; gives a step for each object that is to be copied before it goes on. */
interface Step extends Generator<Step, LinkedObject, LinkedObject> {}

/** A part of a step. */
type Part<T = void> = Generator<Step, T, LinkedObject>

/** Carries out a step with those that it gives, however deep they are. */
function carriedOut(first: Step): LinkedObject {
  const open = [first]
  let result = first.next()
  for (;;) {
    if (result.done !== true) {
      open.push(result.value)
      result = result.value.next()
      continue
    }
    open.pop()
    const above = open.at(-1)
    if (above === undefined) return result.value
    result = above.next(result.value)
  }
}

/**
 * Copies objects of one file, and of those that links lead to, into another, each once, with all that they lead to.
 * What is written at once takes no more memory than its address; only the groups around what is being copied are open.
 */
export class ObjectCopy {
  /** Objects that were copied because references lead to them. */
  readonly referred: LinkedObject[] = []
  readonly #image: FileImage
  readonly #target: CopyTarget
  readonly #emitter: Emitter
  readonly #options: CopyOptions
  readonly #sources = new Map<number, Source>()
  /** Where copies are written at once. */
  readonly #counted: CountedCopies | undefined
  readonly #places: Places
  /** Committed datatypes of the new file that took the places of others. */
  readonly #merged = new Set<LinkedObject>()

  constructor(image: FileImage, target: CopyTarget, options: CopyOptions = {}) {
    const { drafts, emitter, heap } = target
    this.#image = image
    this.#target = target
    this.#emitter = emitter
    this.#options = options
    this.#counted = drafts && new CountedCopies(drafts)
    this.#places = {
      store: (bytes) => heap.add(bytes),
      addressOf: (object) => {
        if (drafts !== undefined) return drafts.addressOf(object)
        throw new WriteError('an address before there are any')
      },
    }
  }

  /** The copy of an object, and of everything that can be reached from it; counted as one that a link leads to. */
  object(address: number): LinkedObject {
    const object = carriedOut(this.#copied(this.#source(this.#image, 0), address, '', 0))
    this.#counted?.count(object)
    return object
  }

  /** Of objects that are written: how many links more lead to them than they say. */
  get miscounted(): ReadonlyMap<ExistingObject, number> {
    return this.#counted?.miscounted ?? new Map()
  }

  #source(image: FileImage, number: number): Source {
    const known = this.#sources.get(number)
    if (known !== undefined) return known
    const source = { image, number, objects: new Map() }
    this.#sources.set(number, source)
    return source
  }

  *#copied(source: Source, address: number, path: string, depth: number): Step {
    const header = readObjectHeader(source.image, address)
    const keep = this.#options.keepForms === true
    const forms = keep ? formsOf(source.image, header) : this.#target.versions
    const draft = draftOfHeader(source.image, header, forms, this.#emitter.sizes)
    if (keep) {
      draft.versions = forms
      if (draft.kind === 'group') draft.localHeapSize = roomOfNames(source.image, header)
    }
    const merged = draft.kind === 'datatype' ? this.#options.merge?.(draft.type) : undefined
    source.objects.set(address, merged ?? draft)
    if (merged !== undefined) {
      this.#merged.add(merged)
      return merged
    }
    yield* this.#complete({ source, draft, header, path, depth })
    if (this.#counted === undefined) return draft
    const written = this.#counted.write(draft, header.referenceCount)
    source.objects.set(address, written)
    return written
  }

  /** Adds what an object has and leads to, in the order in which the library writes it. */
  *#complete(object: Open): Part {
    const { source, draft, header } = object
    const { withoutAttributes } = this.#options
    const attributes = withoutAttributes === true ? [] : objectAttributes(source.image, header, 'creation')
    if (draft.kind === 'dataset') yield* this.#dataset(object, draft)
    for (const attribute of attributes) draft.attributes.push(yield* this.#attribute(object, attribute))
    if (draft.kind === 'group' && !this.#isCut(object)) yield* this.#links(object, draft)
  }

  /** Whether nothing of a group's members is copied. */
  #isCut({ depth }: Open): boolean {
    return this.#options.shallow === true && depth > 0
  }

  /** Copies an object to which another one leads. */
  *#below(from: Open, source: Source, address: number, path: string, depth: number): Part<LinkedObject> {
    const known = source.objects.get(address)
    if (known !== undefined) return known
    this.#reserve(from)
    return yield this.#copied(source, address, path, depth)
  }

  /** What an object leads to is written behind its place, where it has room for what it had. */
  #reserve(object: Open): void {
    const { withoutAttributes } = this.#options
    const kept = { attributes: withoutAttributes !== true, links: !this.#isCut(object) }
    this.#counted?.reserve(object.draft, () => roomOfHeader(this.#emitter, object.header, kept))
  }

  *#committed(from: Open, address: number): Part<TypeDraft | ExistingObject> {
    const object = yield* this.#below(from, from.source, address, '', 0)
    if (object.kind !== 'datatype' && object.kind !== 'existing') {
      throw new FormatError('no committed datatype', { structure: 'Shared Message', address })
    }
    this.#counted?.count(object)
    return object
  }

  *#attribute(object: Open, attribute: ResolvedAttribute): Part<AttributeContent> {
    const { source } = object
    const { name, characterSet, type, committed, space, data, head } = attribute
    const count = elementCount(space)
    const length = count * type.size
    if (data.length < length) {
      throw new FormatError(`${data.length} bytes of data instead of ${length}`, { structure: 'Attribute Message' })
    }
    const elements = data.slice(0, length)
    const mover = this.#mover(source.image, type)
    const moved = (places: Places): Uint8Array =>
      mover?.moved(elements.slice(), count, this.#placesIn(source, places)) ?? elements
    if (this.#expands(type)) {
      yield* this.#referredTo(object, (scout) => mover?.moved(elements.slice(), count, scout))
    }
    return {
      name,
      characterSet,
      type: mover?.type ?? type,
      committed: committed === undefined ? undefined : yield* this.#committed(object, committed),
      space,
      data: mover === undefined ? elements : moved,
      // Attributes of other objects may have other versions.
      head: mover === undefined && this.#options.keepForms !== true ? head : undefined,
    }
  }

  #placesIn(source: Source, places: Places): ElementPlaces {
    const { references = 'follow' } = this.#options
    const newAddress = (address: number): number | undefined => {
      // What the file where the copy began calls by an address is there still, what other files call so is not.
      if (references === 'keep') return source.number === 0 ? address : undefined
      const object = references === 'clear' ? undefined : source.objects.get(address)
      return object && places.addressOf(object)
    }
    return { store: (bytes) => places.store(bytes), newAddress }
  }

  /** Whether objects are copied that elements of a type refer to. */
  #expands(type: Datatype): boolean {
    return this.#options.references === 'expand' && outsideParts(type).references
  }

  /** Copies what elements refer to. */
  *#referredTo(object: Open, look: (scout: ElementPlaces) => void): Part {
    const { source } = object
    const addresses = new Set<number>()
    look({
      store: () => ({ address: 0, index: 0 }),
      newAddress: (address) => {
        addresses.add(address)
        return address
      },
    })
    for (const address of addresses) {
      if (source.objects.has(address)) continue
      const referred = yield* this.#below(object, source, address, '', object.depth)
      if (this.#merged.has(referred)) continue
      this.#counted?.count(referred)
      this.referred.push(referred)
    }
  }

  *#links(object: Open, group: GroupDraft): Part {
    const { source, header, path } = object
    const { drop } = this.#options
    // Few links stand as they stood, like the library's; drafts are to be the same whatever the group was like.
    const few = group.linkOrder === 'none' && header.has(LINK)
    const order = this.#counted !== undefined && few ? 'native' : 'creation'
    for (const link of groupLinks(source.image, header, order)) {
      const below = `${path}/${link.name}`
      if (drop?.(below, link) !== true) group.links.set(link.name, yield* this.#link(object, link, below))
    }
  }

  *#link(object: Open, link: Link, path: string): Part<LinkDraft> {
    const { characterSet } = link
    if (link.kind === 'hard') {
      return { kind: 'hard', object: yield* this.#linked(object, object.source, link.address, path), characterSet }
    }
    const place = link.kind === 'user-defined' ? undefined : this.#options.expand?.(placeOf(object), link)
    if (place === undefined) return { ...symbolicLinkDraft(link), characterSet }
    const source = this.#source(place.image, place.number)
    return { kind: 'hard', object: yield* this.#linked(object, source, place.address, path), characterSet }
  }

  *#linked(group: Open, source: Source, address: number, path: string): Part<LinkedObject> {
    const object = yield* this.#below(group, source, address, path, group.depth + 1)
    this.#counted?.count(object)
    return object
  }

  *#dataset(object: Open, draft: DatasetDraft): Part {
    const { source, header, path } = object
    const { image } = source
    const { type, committed, space, layout, filters } = datasetFacts(image, header)
    const stored = { image, space, elementSize: type.size, layout, filters, mover: this.#mover(image, type), draft }
    const changed = this.#options.dataset?.({ path, address: header.address, stored })
    const write: WriteElements = changed ?? ((emitter, places) => copyDataHere(stored, emitter, places))
    if (this.#expands(type)) yield* this.#referredTo(object, (scout) => visitElements(stored, scout))
    const step = (places: Places): void => write(this.#emitter, this.#placesIn(source, places))
    // Drafts have no addresses that elements could hold.
    if (this.#counted === undefined && outsideParts(type).references) draft.deferred = step
    else step(this.#places)
    if (committed !== undefined) draft.committed = yield* this.#committed(object, committed)
  }

  #mover(image: FileImage, type: Datatype): ElementMover | undefined {
    const { sequences, references } = outsideParts(type)
    return sequences || references ? new ElementMover(image, type, this.#emitter.sizes) : undefined
  }
}

function placeOf({ source, header }: Open): SourcePlace {
  return { image: source.image, number: source.number, address: header.address }
}
