import { NotFoundError, WriteError } from '../errors.ts'
import type { AttributeMessage } from '../format/messages/attribute.ts'
import { attributeMessage } from '../format/messages/attribute.ts'
import { commentMessage } from '../format/messages/comment.ts'
import type { LinkMessage, LinkTarget } from '../format/messages/link.ts'
import { ATTRIBUTE, DATASPACE, DATATYPE, OBJECT_COMMENT } from '../format/messages/message-types.ts'
import type { SharedMessage } from '../format/messages/shared.ts'
import { sharedMessage } from '../format/messages/shared.ts'
import { SHAREABLE, SHARED } from '../format/object-header.ts'
import { readObjectHeader } from '../format/read-object-header.ts'
import type { Link } from '../objects/links.ts'
import { findLink } from '../objects/links.ts'
import { committedAddress } from '../objects/messages.ts'
import { objectExtents } from '../objects/storage-extents.ts'
import type { ElementSet } from '../storage/element-set.ts'
import { attributeContent } from './attribute-messages.ts'
import type { AttributeDraft } from './attribute-storage.ts'
import type { AttributeContent, ExistingObject, LinkedObject, ObjectDraft } from './drafts.ts'
import type { EditedFileOptions, EditReport, FileToEdit } from './edited-file.ts'
import { EditedFile } from './edited-file.ts'
import type { EditedObject } from './edited-object.ts'
import { EditedSequences } from './edited-sequences.ts'
import { without } from './heap-ids.ts'
import { checkLinkName, checkLinkTarget } from './link-names.ts'
import type { Participant } from './participant.ts'
import type { Transaction } from './transaction.ts'

/** Where a link that is added leads. */
export type NewLink =
  | { kind: 'hard'; object: LinkedObject }
  | { kind: 'soft'; path: string }
  | { kind: 'external'; file: string; path: string }
  | { kind: 'user-defined' /** 65 to 255. */; type: number; data: Uint8Array }

export interface EditorOptions extends EditedFileOptions {
  /** Seconds since 1970 that objects which tell when they were changed are to tell. Default now. */
  now?: number | undefined
  /** What is changed along with the file, as far as it is known when the change is committed. */
  participants?: Iterable<Participant> | undefined
}

/**
 * Changes a file that is there. Objects are named by the addresses of their headers, which they keep. Nothing happens
 * to the file before `commit`; then all of it does, or nothing.
 */
export class Editor implements Participant {
  file: EditedFile
  readonly #opened: FileToEdit
  readonly #transaction: Transaction
  readonly #now: number
  readonly #options: EditorOptions

  constructor(file: FileToEdit, transaction: Transaction, options: EditorOptions = {}) {
    this.file = new EditedFile(file, transaction, options)
    this.#options = options
    this.#opened = file
    this.#transaction = transaction
    this.#now = options.now ?? Math.floor(Date.now() / 1000)
    // Descriptions that were kept elsewhere, to be found faster, are in their places from here on.
    transaction.accept()
  }

  /** The link of a name in a group, as it is now; undefined where there is none. */
  findLink(group: number, name: string): Link | undefined {
    const opened = this.file.opened(group)?.links
    if (opened === undefined) return findLink(this.file.image, this.file.object(group).header, name)
    return opened.find(name)
  }

  /**
   * Adds a link to a group. An object that is not in the file yet is written, with all that it leads to.
   *
   * @returns the address of the object, where a hard link was added
   */
  link(group: number, name: string, to: NewLink, characterSet?: number): number | undefined {
    checkLinkName(name)
    checkLinkTarget(to)
    const links = this.file.links(group)
    if (links.find(name) !== undefined) throw new WriteError(`there is a link "${name}" already`)
    if (to.kind !== 'hard') {
      const target: LinkTarget = to.kind === 'external' ? { ...to, version: 0, flags: 0 } : to
      links.add(name, target, characterSet, to.kind === 'user-defined' ? to.type : undefined)
      return undefined
    }
    const address = this.#linked(to.object)
    links.add(name, { kind: 'hard', address }, characterSet)
    return address
  }

  /**
   * Adds hard links which the objects that are in the file count already.
   *
   * @param links with a name, or what makes one of the object's address; objects that are not in the file yet are
   *   written, and lead only to such that count that
   * @param miscounted of objects: how many links more lead to them than they say
   */
  linkCounted(
    links: readonly { group: number; name: string | ((address: number) => string); object: LinkedObject }[],
    miscounted: ReadonlyMap<ExistingObject, number>,
  ): void {
    const { drafts } = this.file
    for (const [{ address }, difference] of miscounted) {
      const object = this.file.object(address)
      object.referenceCount += difference
      object.recounted = true
    }
    for (const { group, name, object } of links) {
      if (object.kind !== 'existing') drafts.write([object], new Map([[object, 1]]))
      const address = drafts.addressOf(object)
      this.file.links(group).add(typeof name === 'string' ? name : name(address), { kind: 'hard', address })
    }
  }

  /** The address of an object that one more link leads to. */
  #linked(object: LinkedObject): number {
    const { drafts } = this.file
    if (object.kind === 'existing' || drafts.has(object)) {
      const address = drafts.addressOf(object)
      this.#count(address, 1)
      return address
    }
    const references = drafts.write([object], new Map<ObjectDraft, number>([[object, 1]]))
    for (const [each, count] of references) if (each.kind === 'existing') this.#count(each.address, count)
    return drafts.addressOf(object)
  }

  /** Writes an object to which no link leads yet. */
  write(object: ObjectDraft): number {
    const { drafts } = this.file
    const references = drafts.write([object], new Map())
    for (const [each, count] of references) if (each.kind === 'existing') this.#count(each.address, count)
    return drafts.addressOf(object)
  }

  /** Takes a link out of a group; an object to which no more links lead goes with all that it has. */
  unlink(group: number, name: string): void {
    const link = this.#take(group, name)
    if (link.target.kind === 'hard') this.#count(link.target.address, -1)
  }

  /** Moves a link to another name, or another group; it leads where it led. */
  move(group: number, name: string, to: number, newName: string): void {
    if (this.findLink(to, newName) !== undefined) throw new WriteError(`there is a link "${newName}" already`)
    const { target, characterSet, type } = this.#take(group, name)
    const known = characterSet === 0 ? undefined : characterSet
    this.file.links(to).add(newName, target, known, type)
  }

  #take(group: number, name: string): LinkMessage {
    const link = this.file.links(group).remove(name)
    if (link === undefined) throw new NotFoundError(`no link "${name}"`)
    return link
  }

  /** Counts links to an object; the last one that goes takes it with it, and what it alone led to. */
  #count(address: number, difference: number): void {
    const counts = new Map([[address, difference]])
    for (const [each, change] of counts) {
      counts.delete(each)
      const object = this.file.object(each)
      object.referenceCount += change
      object.changed = true
      if (object.referenceCount > 0) continue
      const sequences = this.#sequences.ofObject(object)
      for (const lost of this.#leadsTo(object)) counts.set(lost, (counts.get(lost) ?? 0) - 1)
      this.#sequences.free(sequences)
      this.#free(object)
    }
  }

  /** What counts an object as a user of another: hard links and committed datatypes. */
  *#leadsTo(object: EditedObject): Generator<number> {
    const { file } = this
    if (object.isGroup) {
      for (const { target } of file.links(object.address).values()) {
        if (target.kind === 'hard') yield target.address
      }
    }
    for (const message of object.messages) {
      if (message.type === ATTRIBUTE || (message.flags & SHARED) === 0) continue
      const shared = file.image.decode(sharedMessage, message.body, object.address, undefined)
      const committed = message.type === DATATYPE ? committedAddress(shared) : undefined
      if (committed !== undefined) yield committed
    }
    for (const attribute of file.attributes(object.address).attributes.values()) {
      yield* this.#lostBy(object.address, attribute)
    }
  }

  #free(object: EditedObject): void {
    const { file } = this
    const { image, settings } = file
    for (const message of object.messages) {
      const isShared = (message.flags & (SHARED | SHAREABLE)) !== 0
      if (message.type !== ATTRIBUTE && isShared) object.unshared.push(message)
    }
    file.unshare(object)
    file.forget(object.address, [...objectExtents(image, object.header, settings)])
  }

  /** Adds an attribute to an object, or puts it in the place of the one that has its name. */
  setAttribute(object: number, content: AttributeContent): void {
    const { drafts, emitter } = this.file
    const attributes = this.file.attributes(object)
    const before = attributes.attributes.get(content.name)
    const lost = this.#sequences.ofAttribute(object, before)
    const message = attributeContent(drafts.context, content)
    attributes.set(content.name, emitter.span(attributeMessage, message, undefined))
    this.#takeOn(message)
    if (before !== undefined) this.#giveUp(object, before)
    if (lost.size > 0) this.#sequences.free(without(lost, this.#sequences.of(content.type, message.data)))
  }

  /** Variable-length data that is added next goes where that of an attribute is, which is about to be replaced. */
  willReplace(object: number, name: string): void {
    this.#sequences.ofAttribute(object, this.file.attributes(object).attributes.get(name))
  }

  removeAttribute(object: number, name: string): void {
    const attributes = this.file.attributes(object)
    const before = attributes.attributes.get(name)
    const lost = this.#sequences.ofAttribute(object, before)
    attributes.remove(name)
    this.#sequences.free(lost)
    if (before !== undefined) this.#giveUp(object, before)
  }

  /** Gives an attribute another name; it keeps its place in the order of creation. */
  renameAttribute(object: number, from: string, to: string): void {
    const attributes = this.file.attributes(object)
    const before = attributes.attributes.get(from)
    attributes.rename(this.file.emitter, from, to)
    if (before === undefined || from === to) return
    this.#takeOn(attributes.decoded(before))
    this.#giveUp(object, before)
  }

  /** Counts an attribute as a user of what it shares. */
  #takeOn(message: AttributeMessage): void {
    for (const { type, shared } of sharedParts(message)) {
      if ('heapId' in shared) this.file.countShared({ type, heapId: shared.heapId }, 1)
      else this.#count(shared.address, 1)
    }
  }

  /** Counts an attribute no more as a user of what it shares. */
  #giveUp(object: number, attribute: AttributeDraft): void {
    for (const committed of [...this.#lostBy(object, attribute)]) this.#count(committed, -1)
  }

  /**
   * Counts one user less of what an attribute shares in heaps; yields the committed datatypes of which it was a user. An attribute
   * that several objects share is one user of its parts, as long as there are any of these objects.
   */
  *#lostBy(object: number, attribute: AttributeDraft): Generator<number> {
    const { file } = this
    const { shared: heapId } = attribute
    if (heapId !== undefined && file.countShared({ type: ATTRIBUTE, heapId }, -1) > 0) return
    for (const { type, shared } of sharedParts(file.attributes(object).decoded(attribute))) {
      if ('heapId' in shared) file.countShared({ type, heapId: shared.heapId }, -1)
      else yield shared.address
    }
  }

  /** Gives an object a comment, another one, or none. */
  setComment(object: number, comment: string | undefined): void {
    const edited = this.file.object(object)
    if (comment === undefined) edited.replace([OBJECT_COMMENT], [])
    else edited.setMessage(this.file.emitter, OBJECT_COMMENT, commentMessage, { comment })
  }

  /**
   * Writes elements of a dataset: those of a set in its order, in the dataset's type.
   *
   * @param bytes or what makes them, and puts what they lead to into the heap: where that was of the elements before
   */
  writeElements(dataset: number, set: ElementSet, bytes: Uint8Array | (() => Uint8Array)): void {
    const data = this.file.data(dataset)
    const sequences = this.#sequences
    const before = sequences.ofElements(dataset, set)
    const written = typeof bytes === 'function' ? bytes() : bytes
    data.write(set, written)
    if (before === undefined) return
    const lost = without(before.ids, sequences.of(before.type, written))
    sequences.free(sequences.butFill(lost, before.type, data))
  }

  /** Variable-length data that is added next goes where that of a dataset's last element is. */
  willAppend(dataset: number): void {
    this.#sequences.openLast(dataset)
  }

  /** Gives a dataset another size, within its largest. */
  resize(dataset: number, dimensions: readonly number[]): void {
    const sequences = this.#sequences
    const lost = sequences.outside(dataset, dimensions)
    this.file.data(dataset).resize(dimensions)
    sequences.free(lost)
  }

  get #sequences(): EditedSequences {
    return new EditedSequences(this.file)
  }

  /** Writes what was changed so far where it can be read; the file stays as it is. */
  settle(): void {
    if (this.file.isPending) this.file.flush(this.#now)
  }

  get #participants(): Participant[] {
    return [...(this.#options.participants ?? [])].filter(({ isChanged }) => isChanged)
  }

  get #isChangedItself(): boolean {
    return this.file.isPending || this.#transaction.isChanged
  }

  /** Whether there are changes that were not committed. */
  get isChanged(): boolean {
    return this.#isChangedItself || this.#participants.length > 0
  }

  /** Makes all changes of the file, and of those that are changed along with it, or none. More may follow. */
  commit(): EditReport {
    const others = this.#participants
    const alone = others.length === 0
    try {
      for (const each of others) each.prepare()
      const report = alone || this.#isChangedItself ? this.prepare() : this.file.report()
      // Elements that this file does not tell of yet do no harm in another one.
      for (const each of others) each.end()
      this.end()
      return report
    } catch (error) {
      this.abandon()
      throw error
    }
  }

  /** Brings the changes of the file to the disk, where they can be taken back still. */
  prepare(): EditReport {
    return this.file.prepare(this.#now)
  }

  /** Ends what was prepared. */
  end(): void {
    this.#transaction.end()
    const { extension, image } = this.#opened
    // A file that keeps track of its free space is looked at anew.
    if (this.file.settings.fileSpace.persisting && extension !== undefined) {
      const again = { ...this.#opened, extension: readObjectHeader(image, extension.address) }
      this.file = new EditedFile(again, this.#transaction, this.#options)
    }
  }

  /** Leaves the file as it was, and tells what the changes would have come to. */
  rehearse(): EditReport {
    this.file.complete(this.#now)
    const report = this.file.report()
    this.abandon()
    return report
  }

  /** Leaves the file, and those that are changed along with it, as they were. */
  abandon(): void {
    for (const each of this.#participants) each.abandon()
    this.file.abandon()
  }
}

/** The parts of an attribute that are not in its message. */
function sharedParts({ datatype, dataspace }: AttributeMessage): { type: number; shared: SharedMessage }[] {
  return [
    ...('shared' in datatype ? [{ type: DATATYPE, shared: datatype.shared }] : []),
    ...('shared' in dataspace ? [{ type: DATASPACE, shared: dataspace.shared }] : []),
  ]
}
