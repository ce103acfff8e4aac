import { FormatError, WriteError } from '../errors.ts'
import type { FileImage } from '../format/file-image.ts'
import { elementCount } from '../format/messages/dataspace.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import { readObjectHeader } from '../format/read-object-header.ts'
import type { ResolvedAttribute } from '../objects/attributes.ts'
import { objectAttributes } from '../objects/attributes.ts'
import { datasetFacts } from '../objects/dataset.ts'
import type { Link } from '../objects/links.ts'
import { groupLinks } from '../objects/links.ts'
import { carryOutHere } from './chunk-queue.ts'
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
import type { StoredData } from './object-copy-data.ts'
import { copyData, visitElements } from './object-copy-data.ts'
import type { ElementPlaces } from './object-copy-elements.ts'
import { ElementMover, outsideParts } from './object-copy-elements.ts'
import { draftOfHeader, formsOf } from './object-copy-header.ts'
import type { Versions } from './version-bounds.ts'

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
 * led ('keep', within one file).
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

/** An object whose contents are still to be read. */
interface Waiting {
  source: Source
  draft: ObjectDraft
  header: ObjectHeader
  path: string
  /** Of the groups around it, the one where the copy began included. */
  depth: number
}

/** Reads objects of one file, and of those that links lead to, as drafts for another, each once, with all that they lead to. */
export class ObjectCopy {
  /** Objects that were copied because references lead to them. */
  readonly referred: ObjectDraft[] = []
  readonly #image: FileImage
  readonly #emitter: Emitter
  readonly #versions: Versions
  readonly #options: CopyOptions
  readonly #sources = new Map<number, Source>()
  readonly #waiting: Waiting[] = []
  /** What writes the elements of the datasets that were read. */
  #data: ((places: Places) => void)[] = []

  constructor(image: FileImage, emitter: Emitter, versions: Versions, options: CopyOptions = {}) {
    this.#image = image
    this.#emitter = emitter
    this.#versions = versions
    this.#options = options
  }

  /** The draft of an object, and of everything that can be reached from it. */
  object(address: number): LinkedObject {
    const object = this.#object(this.#source(this.#image, 0), address, '', 0)
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      const before = this.#waiting.length
      this.#complete(next)
      // What is found first is gone into first.
      this.#waiting.push(...this.#waiting.splice(before).reverse())
    }
    return object
  }

  /**
   * Writes the elements of all datasets that were read, but for those that hold addresses of objects: these are written
   * with the objects.
   *
   * @param store puts variable-length data into the global heap
   */
  writeData(store: Places['store']): void {
    const places: Places = {
      store,
      addressOf: () => {
        throw new WriteError('an address before there are any')
      },
    }
    for (const write of this.#data) write(places)
    this.#data = []
  }

  #source(image: FileImage, number: number): Source {
    const known = this.#sources.get(number)
    if (known !== undefined) return known
    const source = { image, number, objects: new Map() }
    this.#sources.set(number, source)
    return source
  }

  #object(source: Source, address: number, path: string, depth: number): LinkedObject {
    const known = source.objects.get(address)
    if (known !== undefined) return known
    const header = readObjectHeader(source.image, address)
    const keep = this.#options.keepForms === true
    const forms = keep ? formsOf(source.image, header) : this.#versions
    const draft = draftOfHeader(source.image, header, forms, this.#emitter.sizes)
    if (keep) draft.versions = forms
    const merged = draft.kind === 'datatype' ? this.#options.merge?.(draft.type) : undefined
    source.objects.set(address, merged ?? draft)
    if (merged !== undefined) return merged
    this.#waiting.push({ source, draft, header, path, depth })
    return draft
  }

  #committed(source: Source, address: number | undefined): TypeDraft | ExistingObject | undefined {
    if (address === undefined) return undefined
    const object = this.#object(source, address, '', 0)
    if (object.kind === 'datatype' || object.kind === 'existing') return object
    throw new FormatError('no committed datatype', { structure: 'Shared Message', address })
  }

  /** Adds what an object leads to. */
  #complete(object: Waiting): void {
    const { source, draft, header, depth } = object
    if (this.#options.withoutAttributes !== true) {
      const attributes = objectAttributes(source.image, header, 'creation')
      draft.attributes = attributes.map((attribute) => this.#attribute(source, attribute))
    }
    if (draft.kind === 'dataset') this.#dataset(object, draft)
    else if (draft.kind === 'group' && !(this.#options.shallow === true && depth > 0)) this.#links(object, draft)
  }

  #attribute(source: Source, attribute: ResolvedAttribute): AttributeContent {
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
    if (this.#expands(type)) mover?.moved(elements.slice(), count, this.#scout(source))
    return {
      name,
      characterSet,
      type: mover?.type ?? type,
      committed: this.#committed(source, committed),
      space,
      data: mover === undefined ? elements : moved,
      // Attributes of other objects may have other versions.
      head: mover === undefined && this.#options.keepForms !== true ? head : undefined,
    }
  }

  #placesIn(source: Source, places: Places): ElementPlaces {
    const { references = 'follow' } = this.#options
    const newAddress = (address: number): number | undefined => {
      if (references === 'keep') return address
      const object = references === 'clear' ? undefined : source.objects.get(address)
      return object && places.addressOf(object)
    }
    return { store: (bytes) => places.store(bytes), newAddress }
  }

  /** Whether objects are copied that elements of a type refer to. */
  #expands(type: Datatype): boolean {
    return this.#options.references === 'expand' && outsideParts(type).references
  }

  /** Looks at what elements refer to, and copies objects among that. */
  #scout(source: Source): ElementPlaces {
    return {
      store: () => ({ address: 0, index: 0 }),
      newAddress: (address) => {
        if (source.objects.has(address)) return address
        const object = this.#object(source, address, '', 0)
        if (object.kind !== 'existing') this.referred.push(object)
        return address
      },
    }
  }

  #links({ source, header, path, depth }: Waiting, group: GroupDraft): void {
    const { drop } = this.#options
    for (const link of groupLinks(source.image, header, 'creation')) {
      const below = `${path}/${link.name}`
      if (drop?.(below, link) !== true) group.links.set(link.name, this.#link(source, header, link, below, depth + 1))
    }
  }

  #link(source: Source, group: ObjectHeader, link: Link, path: string, depth: number): LinkDraft {
    const { characterSet } = link
    if (link.kind === 'hard') {
      return { kind: 'hard', object: this.#object(source, link.address, path, depth), characterSet }
    }
    const { image, number } = source
    const from = { image, number, address: group.address }
    const expanded = link.kind === 'user-defined' ? undefined : this.#options.expand?.(from, link)
    if (expanded === undefined) return { ...symbolicLinkDraft(link), characterSet }
    const object = this.#object(this.#source(expanded.image, expanded.number), expanded.address, path, depth)
    return { kind: 'hard', object, characterSet }
  }

  #dataset({ source, header, path }: Waiting, draft: DatasetDraft): void {
    const { image } = source
    const { type, committed, space, layout, filters } = datasetFacts(image, header)
    draft.committed = this.#committed(source, committed)
    const stored = { image, space, elementSize: type.size, layout, filters, mover: this.#mover(image, type), draft }
    const changed = this.#options.dataset?.({ path, address: header.address, stored })
    const write: WriteElements = changed ?? ((emitter, places) => carryOutHere(copyData(stored, emitter, places)))
    if (this.#expands(type)) visitElements(stored, this.#scout(source))
    const step = (places: Places): void => write(this.#emitter, this.#placesIn(source, places))
    if (outsideParts(type).references) draft.deferred = step
    else this.#data.push(step)
  }

  #mover(image: FileImage, type: Datatype): ElementMover | undefined {
    const { sequences, references } = outsideParts(type)
    return sequences || references ? new ElementMover(image, type, this.#emitter.sizes) : undefined
  }
}
