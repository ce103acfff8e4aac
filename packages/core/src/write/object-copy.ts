import { FormatError, UnsupportedError, WriteError } from '../errors.ts'
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
import type { AttributeContent, DatasetDraft, GroupDraft, LinkDraft, ObjectDraft, Places, TypeDraft } from './drafts.ts'
import type { Emitter } from './emitter.ts'
import type { StoredData } from './object-copy-data.ts'
import { copyData } from './object-copy-data.ts'
import type { ElementPlaces } from './object-copy-elements.ts'
import { ElementMover, outsideParts } from './object-copy-elements.ts'
import { draftOfHeader } from './object-copy-header.ts'
import type { Versions } from './version-bounds.ts'

/** Writes the elements of a dataset, and completes its draft's layout, chunks and fill value. */
export type WriteElements = (emitter: Emitter, places: ElementPlaces) => void

/** What is copied of an object, and what becomes of it. */
export interface CopyOptions {
  /** Leave attributes out. Default false. */
  withoutAttributes?: boolean | undefined
  /** Says of each link, with the path from where the copy began, whether it is left out. */
  drop?: ((path: string, link: Link) => boolean) | undefined
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

/** Reads objects of one file as drafts for another, each once, with all that they lead to. */
export class ObjectCopy {
  readonly #image: FileImage
  readonly #emitter: Emitter
  readonly #versions: Versions
  readonly #options: CopyOptions
  readonly #drafts = new Map<number, ObjectDraft>()
  /** Objects whose contents are still to be read. */
  readonly #waiting: { draft: ObjectDraft; header: ObjectHeader; path: string }[] = []
  /** What writes the elements of the datasets that were read. */
  #data: ((places: Places) => void)[] = []

  constructor(image: FileImage, emitter: Emitter, versions: Versions, options: CopyOptions = {}) {
    this.#image = image
    this.#emitter = emitter
    this.#versions = versions
    this.#options = options
    if (image.sizes.offsets !== emitter.sizes.offsets) {
      throw new UnsupportedError('a copy between files whose addresses differ in size')
    }
  }

  /** The draft of an object, and of everything that can be reached from it. */
  object(address: number): ObjectDraft {
    const draft = this.#draft(address, '')
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      const before = this.#waiting.length
      this.#complete(next.draft, next.header, next.path)
      // What is found first is gone into first.
      this.#waiting.push(...this.#waiting.splice(before).reverse())
    }
    return draft
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

  #draft(address: number, path: string): ObjectDraft {
    const known = this.#drafts.get(address)
    if (known !== undefined) return known
    const header = readObjectHeader(this.#image, address)
    const draft = draftOfHeader(this.#image, header, this.#versions)
    this.#drafts.set(address, draft)
    this.#waiting.push({ draft, header, path })
    return draft
  }

  #committed(address: number | undefined): TypeDraft | undefined {
    if (address === undefined) return undefined
    const draft = this.#draft(address, '')
    if (draft.kind === 'datatype') return draft
    throw new FormatError('no committed datatype', { structure: 'Shared Message', address })
  }

  /** Adds what an object leads to. */
  #complete(draft: ObjectDraft, header: ObjectHeader, path: string): void {
    if (this.#options.withoutAttributes !== true) {
      const attributes = objectAttributes(this.#image, header, 'creation')
      draft.attributes = attributes.map((attribute) => this.#attribute(attribute))
    }
    if (draft.kind === 'group') this.#links(draft, header, path)
    else if (draft.kind === 'dataset') this.#dataset(draft, header, path)
  }

  #attribute({ name, characterSet, type, committed, space, data }: ResolvedAttribute): AttributeContent {
    const count = elementCount(space)
    const length = count * type.size
    if (data.length < length) {
      throw new FormatError(`${data.length} bytes of data instead of ${length}`, { structure: 'Attribute Message' })
    }
    const elements = data.slice(0, length)
    const mover = this.#mover(type)
    const moved = (places: Places): Uint8Array => {
      const bytes = elements.slice()
      mover?.move(bytes, 0, count, this.#placesIn(places))
      return bytes
    }
    return {
      name,
      characterSet,
      type,
      committed: this.#committed(committed),
      space,
      data: mover === undefined ? elements : moved,
    }
  }

  #mover(type: Datatype): ElementMover | undefined {
    const { sequences, references } = outsideParts(type)
    return sequences || references ? new ElementMover(this.#image, type) : undefined
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

  #links(group: GroupDraft, header: ObjectHeader, path: string): void {
    const { drop } = this.#options
    for (const link of groupLinks(this.#image, header, 'creation')) {
      const below = `${path}/${link.name}`
      if (drop?.(below, link) !== true) group.links.set(link.name, this.#link(link, below))
    }
  }

  #link(link: Link, path: string): LinkDraft {
    const { characterSet } = link
    switch (link.kind) {
      case 'hard':
        return { kind: 'hard', object: this.#draft(link.address, path), characterSet }
      case 'soft':
        return { kind: 'soft', path: link.target, characterSet }
      case 'external':
        return { kind: 'external', file: link.file, path: link.target, characterSet }
      case 'user-defined':
        return { kind: 'user-defined', type: link.type, data: link.data, characterSet }
    }
  }

  #dataset(draft: DatasetDraft, header: ObjectHeader, path: string): void {
    const image = this.#image
    const { type, committed, space, layout, filters } = datasetFacts(image, header)
    draft.committed = this.#committed(committed)
    const stored = { image, space, elementSize: type.size, layout, filters, mover: this.#mover(type), draft }
    const changed = this.#options.dataset?.({ path, address: header.address, stored })
    const write: WriteElements = changed ?? ((emitter, places) => copyData(stored, emitter, places))
    const step = (places: Places): void => write(this.#emitter, this.#placesIn(places))
    if (outsideParts(type).references) draft.deferred = step
    else this.#data.push(step)
  }
}
