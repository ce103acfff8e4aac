import type { Hdf5Error } from '../errors.ts'
import { FormatError } from '../errors.ts'
import { elementCount } from '../format/messages/dataspace.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import type { SymbolTable } from '../format/messages/symbol-table.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import { readHeaderInPart } from '../format/read-object-header.ts'
import { cachedTable } from '../format/symbol-table-node.ts'
import type { ByteSink } from '../io/byte-sink.ts'
import type { OnLost } from '../objects/attempt.ts'
import { attempt } from '../objects/attempt.ts'
import type { ResolvedAttribute } from '../objects/attributes.ts'
import { readableAttributes } from '../objects/attributes.ts'
import { datasetFacts } from '../objects/dataset.ts'
import type { Link } from '../objects/links.ts'
import { isGroup, readableLinks } from '../objects/links.ts'
import type {
  AttributeContent,
  DatasetDraft,
  GroupDraft,
  LinkDraft,
  ObjectDraft,
  Places,
  TypeDraft,
} from '../write/drafts.ts'
import { groupDraft, symbolicLinkDraft } from '../write/drafts.ts'
import { FileWriter } from '../write/file-writer.ts'
import type { ElementPlaces } from '../write/object-copy-elements.ts'
import { outsideParts } from '../write/object-copy-elements.ts'
import { draftOfHeader } from '../write/object-copy-header.ts'
import { Losses, RescuingMover, rescueData } from '../write/rescue-data.ts'
import type { File } from './file.ts'

/** What a new file has of a damaged one. */
export interface Recovery {
  /** Groups, datasets and committed datatypes. */
  objects: number
  /** What could not be read, and why, each with the path of the object: so often one after the other. */
  lost: { path: string; what: string; times: number }[]
  /** Losses that were too many to keep. */
  omitted: number
}

/** Losses that are kept of one file; damage repeats itself. */
const MOST_LOSSES = 10_000

/**
 * Writes what is still readable of a damaged file into a new one, whatever is wrong with the rest: objects with those of
 * their links and attributes that can be read, and chunks that can be decoded, as they are stored. Elements go from file
 * to file as they are read, so that any size takes little memory. Of a group whose header is lost there are the links,
 * where the entry of the symbol table that leads to it says where these are.
 *
 * @param sink gets the new file
 * @throws FormatError where there is no root group
 */
export function recoverObjects(file: File, sink: ByteSink): Recovery {
  return new Rescue(file, sink).run()
}

/** A group whose links are still to be read. */
interface Waiting {
  draft: GroupDraft
  /** Undefined where it is lost. */
  header: ObjectHeader | undefined
  /** What else says where the links are. */
  table: SymbolTable | undefined
  path: string
}

class Rescue {
  readonly #recovery: Recovery = { objects: 0, lost: [], omitted: 0 }
  readonly #file: File
  readonly #writer: FileWriter
  /** By address; undefined where the object cannot be read. */
  readonly #drafts = new Map<number, ObjectDraft | undefined>()
  readonly #waiting: Waiting[] = []
  /** Told in the end, as some elements are written last. */
  readonly #losses: { path: string; part: string; losses: Losses }[] = []

  constructor(file: File, sink: ByteSink) {
    const { offsets, lengths } = file.image.sizes
    this.#file = file
    this.#writer = new FileWriter(sink, { sizes: { offsets, lengths }, low: 'v108' })
  }

  run(): Recovery {
    const { rootAddress, rootEntry } = this.#file.superblock
    const root = this.#object(rootAddress, '/', rootEntry && cachedTable(rootEntry, this.#file.image.sizes))
    if (root?.kind !== 'group') throw new FormatError('no root group', { address: rootAddress })
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) this.#links(next)
    this.#writer.finish(root)
    for (const { path, part, losses } of this.#losses) {
      const { count, first } = losses
      if (first !== undefined)
        this.#lose(path, `${count === 1 ? '1 part' : `${count} parts`} of ${part}: ${first.message}`)
    }
    return this.#recovery
  }

  /** The draft of an object, which is begun where it is met first; undefined where it cannot be read. */
  #object(address: number, path: string, table?: SymbolTable): ObjectDraft | undefined {
    if (this.#drafts.has(address)) return this.#drafts.get(address)
    const { image } = this.#file
    const lost = this.#lostAt(path)
    let whole = true
    const partly = (error: Hdf5Error): void => {
      whole = false
      lost(error)
    }
    const header = attempt(() => readHeaderInPart(image, address, partly), lost)
    // Links and attributes stand each for itself; what is said of elements does not.
    const known =
      header !== undefined && (whole || isGroup(header))
        ? attempt(() => draftOfHeader(image, header, this.#writer.versions), lost)
        : undefined
    const draft = known ?? (table && groupDraft('none'))
    this.#drafts.set(address, draft)
    if (draft === undefined) return undefined
    this.#recovery.objects++
    if (header !== undefined) attempt(() => this.#attributes(draft, header, path), lost)
    if (draft.kind === 'group') this.#waiting.push({ draft, header, table, path })
    else if (draft.kind === 'dataset' && header !== undefined) {
      attempt(() => this.#elements(draft, header, path), lost)
    }
    return draft
  }

  #links({ draft, header, table, path }: Waiting): void {
    const lost = this.#lostAt(path)
    attempt(() => {
      for (const { link, table: below } of readableLinks(this.#file.image, header, table, lost)) {
        const there = `${path === '/' ? '' : path}/${link.name}`
        if (!isName(link.name)) this.#lose(path, `a link with a name that no link can have, "${link.name}"`)
        else if (draft.links.has(link.name)) this.#lose(there, 'a second link of that name')
        else {
          const target = this.#target(link, there, below)
          if (target !== undefined) draft.links.set(link.name, { ...target, characterSet: link.characterSet })
        }
      }
    }, lost)
  }

  #target(link: Link, path: string, table: SymbolTable | undefined): LinkDraft | undefined {
    if (link.kind !== 'hard') return symbolicLinkDraft(link)
    const object = this.#object(link.address, path, table)
    return object && { kind: 'hard', object }
  }

  #attributes(draft: ObjectDraft, header: ObjectHeader, path: string): void {
    const { image } = this.#file
    for (const attribute of readableAttributes(image, header, this.#lostAt(path))) {
      const { name } = attribute
      if (draft.attributes.some((each) => each.name === name)) this.#lose(path, `a second attribute "${name}"`)
      else {
        const content = attempt(() => this.#attribute(attribute, path), this.#lostAt(path))
        if (content !== undefined) draft.attributes.push(content)
      }
    }
  }

  #attribute({ name, characterSet, type, committed, space, data }: ResolvedAttribute, path: string): AttributeContent {
    const count = elementCount(space)
    const length = count * type.size
    if (data.length < length) {
      throw new FormatError(`${data.length} bytes instead of ${length} of attribute "${name}"`)
    }
    const elements = data.slice(0, length)
    const mover = this.#mover(type, path, `attribute "${name}"`)
    const moved = (places: Places): Uint8Array => {
      const bytes = elements.slice()
      mover?.move(bytes, 0, count, this.#placesIn(places))
      return bytes
    }
    const content = { name, characterSet, type, committed: this.#committed(committed), space }
    return { ...content, data: mover === undefined ? elements : moved }
  }

  /** The committed datatype that something uses; where it cannot be read, the type is known nevertheless. */
  #committed(address: number | undefined): TypeDraft | undefined {
    const draft = address === undefined ? undefined : this.#object(address, `the datatype at ${address}`)
    return draft?.kind === 'datatype' ? draft : undefined
  }

  #elements(draft: DatasetDraft, header: ObjectHeader, path: string): void {
    const { image } = this.#file
    const { type, space, layout, filters, committed } = datasetFacts(image, header)
    draft.committed = this.#committed(committed)
    // What is elsewhere stays there.
    if (draft.external !== undefined || layout.kind === 'virtual') return
    const losses = this.#noted(path, 'its elements')
    const mover = this.#mover(type, path, 'what its elements refer to')
    const stored = { image, space, elementSize: type.size, layout, filters, mover, draft }
    const write = (places: ElementPlaces): void => {
      const { emitter, versions } = this.#writer
      attempt(() => rescueData(stored, versions, emitter, places, losses.lost), losses.lost)
    }
    if (outsideParts(type).references) draft.deferred = (places) => write(this.#placesIn(places))
    else write({ store: (bytes) => this.#writer.heap.add(bytes), newAddress: () => undefined })
  }

  #mover(type: Datatype, path: string, part: string): RescuingMover | undefined {
    const { sequences, references } = outsideParts(type)
    if (!sequences && !references) return undefined
    return new RescuingMover(this.#file.image, type, this.#noted(path, part).lost)
  }

  #noted(path: string, part: string): Losses {
    const losses = new Losses()
    this.#losses.push({ path, part, losses })
    return losses
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

  #lostAt(path: string): OnLost {
    return (error: Hdf5Error) => this.#lose(path, error.message)
  }

  #lose(path: string, what: string): void {
    const { lost } = this.#recovery
    const last = lost.at(-1)
    if (last?.path === path && last.what === what) last.times++
    else if (lost.length < MOST_LOSSES) lost.push({ path, what, times: 1 })
    else this.#recovery.omitted++
  }
}

function isName(name: string): boolean {
  return name !== '' && name !== '.' && !name.includes('/')
}
