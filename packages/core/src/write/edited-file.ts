import { WriteError } from '../errors.ts'
import type { Extent } from '../format/extent.ts'
import type { FileImage } from '../format/file-image.ts'
import { globalHeapCollection } from '../format/global-heap.ts'
import type { FileSpaceInfoV1 } from '../format/messages/file-space-info.ts'
import { fileSpaceInfoMessage } from '../format/messages/file-space-info.ts'
import { FILE_SPACE_INFO, METADATA_CACHE_IMAGE } from '../format/messages/message-types.ts'
import { sharedMessage } from '../format/messages/shared.ts'
import { SHARED } from '../format/object-header.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import type { Superblock } from '../format/superblock.ts'
import { superblockStructure, WRITE_ACCESS } from '../format/superblock.ts'
import { symbolTableEntry } from '../format/symbol-table-node.ts'
import { UNDEFINED } from '../io/structure.ts'
import { encode } from '../io/writer.ts'
import type { FileSettings } from '../objects/file-settings.ts'
import { fileSettings } from '../objects/file-settings.ts'
import {
  attributeHeapExtents,
  attributeIndexExtents,
  chunkIndexExtents,
  headerExtents,
  RAW_DATA,
} from '../objects/storage-extents.ts'
import type { OpenRawData } from '../storage/external-data.ts'
import { noOtherFiles } from '../storage/external-data.ts'
import { ADDED, ClusteredSpace } from './clustered-space.ts'
import { DraftWriter } from './draft-writer.ts'
import { EditedAttributes } from './edited-attributes.ts'
import { EditedData } from './edited-data.ts'
import { keepFreeSpace, superfluousExtents, takeFreeSpace } from './edited-free-space.ts'
import { EditedGlobalHeap } from './edited-global-heap.ts'
import { EditedLinks } from './edited-links.ts'
import { EditedObject } from './edited-object.ts'
import { Emitter } from './emitter.ts'
import { HeaderDataset } from './header-dataset.ts'
import { PagedSpace } from './paged-space.ts'
import type { SharedUse } from './shared-messages.ts'
import { SharedUses } from './shared-messages.ts'
import type { Space } from './space.ts'
import { FileSpace } from './space.ts'
import type { Transaction } from './transaction.ts'
import type { LibraryVersion } from './version-bounds.ts'
import { versionsFor } from './version-bounds.ts'

/** A file that is open, with what its superblock says. */
export interface FileToEdit {
  image: FileImage
  superblock: Superblock
  /** Bytes in front of the superblock. */
  userBlockSize: number
  extension: ObjectHeader | undefined
}

/** What a change comes to. */
export interface EditReport {
  /** Bytes in the file that were used before and are not any more; below 0 where free ones were put to use. */
  freed: number
  /** Of the file, in bytes, before and after. */
  sizeBefore: number
  sizeAfter: number
}

/** The strategy of files in pages. */
const PAGED = 1

/** The newest superblock that release 1.8 knows. */
const SUPERBLOCK_1_8 = 2

/**
 * From this version on a superblock tells, by its consistency flags, that a writer is at work, and the C library does
 * not open such a file. Earlier versions have flags that nobody looks at.
 */
const MARKED_VERSION = 3

/** As a file tells the oldest release that it was made for. */
const BOUNDS: readonly LibraryVersion[] = ['earliest', 'earliest', 'v108', 'v110']

export interface EditedFileOptions {
  /** The oldest release whose forms new objects have. By default what the file was made for. */
  low?: LibraryVersion | undefined
  /** Opens files that have elements of datasets. By default there is no way to them. */
  openRawData?: OpenRawData | undefined
}

/** The parts of a file that are being changed: they are in memory until they are written anew, all at once. */
export class EditedFile {
  readonly image: FileImage
  readonly settings: FileSettings
  readonly emitter: Emitter
  /** Variable-length data of values that are written anew. */
  readonly heap: EditedGlobalHeap
  /** Writes objects that are new. */
  readonly drafts: DraftWriter
  readonly #transaction: Transaction
  readonly #openRawData: OpenRawData
  readonly #superblock: Superblock
  readonly #userBlockSize: number
  readonly #space: Space
  /** Pages keep descriptions together by themselves. */
  readonly #blocks: ClusteredSpace | undefined
  readonly #sizeBefore: number
  readonly #freeBefore: number
  readonly #objects = new Map<number, EditedObject>()
  #released: Extent[] = []
  readonly #sharedUses: SharedUses
  /** Objects that were given up. */
  readonly #gone = new Set<number>()
  /** Of the superblock, until it was tidied for the first change. */
  #extension: ObjectHeader | undefined
  /** What gives way with it. */
  readonly #superfluous: readonly Extent[] = []
  /** Whether the changes were taken back, and with them what new ones would go by. */
  #isAbandoned = false

  constructor(file: FileToEdit, transaction: Transaction, { low, openRawData = noOtherFiles }: EditedFileOptions = {}) {
    const { image, superblock, userBlockSize, extension } = file
    this.image = image
    this.#sharedUses = new SharedUses(image)
    this.settings = fileSettings(image, superblock, extension)
    this.#transaction = transaction
    this.#openRawData = openRawData
    this.#superblock = superblock
    this.#userBlockSize = userBlockSize
    this.#sizeBefore = transaction.size
    const { fileSpace } = this.settings
    const end = superblock.endOfFile - superblock.baseAddress
    this.#blocks = fileSpace.strategy === PAGED ? undefined : new ClusteredSpace(new FileSpace(end), ADDED)
    this.#blocks?.close()
    this.#space = this.#blocks ?? new PagedSpace(0, fileSpace, end)
    const sink = { write: (address: number, bytes: Uint8Array) => transaction.write(address + userBlockSize, bytes) }
    this.emitter = new Emitter(image.sizes, this.#space, sink)
    const versions = versionsFor(low ?? BOUNDS[superblock.version])
    this.heap = new EditedGlobalHeap(image, this.emitter)
    const plan = { versions, limits: versionsFor('v200'), constants: this.settings }
    this.drafts = new DraftWriter(this.emitter, plan, undefined, this.heap)
    if (superblock.version >= MARKED_VERSION) {
      const marked = { ...superblock, consistencyFlags: WRITE_ACCESS }
      const bytes = encode(superblockStructure, marked, image.sizes, undefined)
      transaction.mark = { address: userBlockSize, bytes }
    }
    takeFreeSpace(image, fileSpace, this.#space)
    this.#freeBefore = freeBytes(this.#space)
    this.#extension = extension
    if (extension !== undefined) this.#superfluous = superfluousExtents(image, extension, fileSpace, this.#space)
  }

  /** What the file keeps to be opened faster, or of free space, would be wrong once it is changed. */
  #tidyExtension(): void {
    const extension = this.#extension
    this.#extension = undefined
    if (extension === undefined || this.#superfluous.length === 0) return
    this.#released.push(...this.#superfluous)
    const object = this.object(extension.address)
    object.replace([METADATA_CACHE_IMAGE], [])
    const { fileSpace } = this.settings
    const none = fileSpace.managers.map(() => UNDEFINED)
    if (fileSpace.managers.every((address) => address === UNDEFINED)) return
    const info = { ...fileSpace, managers: none, endOfAllocation: UNDEFINED }
    object.setMessage(this.emitter, FILE_SPACE_INFO, fileSpaceInfoMessage, info)
  }

  get rootAddress(): number {
    return this.#superblock.rootAddress
  }

  /** The object at an address, to be changed. */
  object(address: number): EditedObject {
    if (this.#isAbandoned) throw new WriteError('the changes were taken back: the file has to be opened anew')
    let object = this.#objects.get(address)
    if (object === undefined) {
      object = new EditedObject(this.image, address)
      this.#objects.set(address, object)
    }
    return object
  }

  /** The object at an address, as far as it is being changed. */
  opened(address: number): EditedObject | undefined {
    return this.#objects.get(address)
  }

  links(address: number): EditedLinks {
    const object = this.object(address)
    object.links ??= new EditedLinks(this.image, object.header, this.settings)
    return object.links
  }

  attributes(address: number): EditedAttributes {
    const object = this.object(address)
    object.attributes ??= new EditedAttributes(this.image, object)
    return object.attributes
  }

  data(address: number): EditedData {
    const object = this.object(address)
    object.data ??= new EditedData(new HeaderDataset(this.image, this.emitter, object, this.#openRawData))
    return object.data
  }

  /** Takes note of what is not used any more. */
  release(extents: Iterable<Extent>): void {
    this.#released.push(...extents)
  }

  /**
   * Gives up what release 1.8 does not know of the superblock: its version, and how file space is managed.
   *
   * @returns whether something had to be changed
   */
  downgrade(): boolean {
    const superblock = this.#superblock
    const changed = superblock.version > SUPERBLOCK_1_8
    superblock.version = Math.min(superblock.version, SUPERBLOCK_1_8)
    const usual = fileSettings(this.image, superblock, undefined).fileSpace
    if (sameFileSpace(this.settings.fileSpace, usual)) return changed
    this.#tidyExtension()
    this.settings.fileSpace = usual
    const { extensionAddress } = superblock
    if (extensionAddress === UNDEFINED) return changed
    const extension = this.object(extensionAddress)
    extension.replace([FILE_SPACE_INFO], [])
    if (extension.messages.length > 0) return true
    superblock.extensionAddress = UNDEFINED
    this.forget(extensionAddress, headerExtents(extension.header))
    return true
  }

  /** Does work that writes descriptions between elements: blocks keep them together. */
  inBlocks<T>(work: () => T): T {
    this.#blocks?.open()
    try {
      return work()
    } finally {
      this.#blocks?.close()
    }
  }

  /** Gives up an object with all that it has in the file. */
  forget(address: number, extents: Iterable<Extent>): void {
    this.#released.push(...extents)
    this.#gone.add(address)
    this.#objects.delete(address)
  }

  /**
   * Takes note that a message in the heap of shared ones has so many users more, or less.
   *
   * @returns how many it has from now on
   */
  countShared(use: SharedUse, change: number): number {
    return this.#sharedUses.count(use, change)
  }

  /** Counts an object no more as a user of the messages that it does not share any longer. */
  unshare({ address, unshared }: EditedObject): void {
    for (const { type, flags, body } of unshared) {
      const shared = (flags & SHARED) === 0 ? undefined : this.image.decode(sharedMessage, body, address, undefined)
      if (shared === undefined) this.#sharedUses.withdraw(type, body.bytes, address)
      else if ('heapId' in shared) this.countShared({ type, heapId: shared.heapId }, -1)
    }
  }

  /** Whether something is still to be written. */
  get isPending(): boolean {
    if (this.#released.length > 0) return true
    for (const object of this.#objects.values()) if (isChanged(object)) return true
    return false
  }

  /** Writes all that was changed so far, so that it can be read; the file itself stays as it is. */
  flush(now: number): void {
    this.#tidyExtension()
    const { filling } = this.drafts.heap
    this.drafts.heap.finish()
    this.#released.push(...this.heap.settle(filling))
    const changed = [...this.#objects.values()].filter(isChanged)
    for (const { data } of changed) data?.chunks?.settle()
    // What is given up is known, and read, before anything is written in its place.
    for (const { links } of changed) if (links?.changed === true) links.prepare(this.emitter)
    for (const object of changed) this.#released.push(...this.#superseded(object))
    this.#release(this.#released)
    this.#released = []
    for (const object of changed) this.#emit(object, now)
    this.#releaseShared()
    this.#objects.clear()
    this.image.forget()
  }

  #releaseShared(): void {
    if (this.#sharedUses.changed || this.#gone.size > 0) {
      this.#release(this.#sharedUses.settle(this.emitter, this.#gone))
    }
    this.#gone.clear()
  }

  #release(extents: readonly Extent[]): void {
    for (const { structure, address, length } of extents) {
      const isRaw = structure === RAW_DATA || structure === globalHeapCollection.name
      this.#space.release(address, length, isRaw ? 'raw' : 'metadata')
    }
  }

  /** What an object has in the file and will have elsewhere. */
  *#superseded(object: EditedObject): Generator<Extent> {
    const { image, settings } = this
    const { header, links, attributes, data } = object
    for (const chunk of object.continuations) yield { structure: 'Object Header Continuation Block', ...chunk }
    if (links?.changed === true) yield* links.extents(image, header, settings)
    if (attributes?.changed === true) {
      yield* attributeIndexExtents(image, header)
      yield* attributeHeapExtents(image, header)
    }
    if (data?.chunks?.changed === true) yield* chunkIndexExtents(image, header, settings)
  }

  #emit(object: EditedObject, now: number): void {
    const { emitter, settings } = this
    const { links, attributes, data } = object
    if (links?.changed === true) {
      links.emit(emitter, object)
      if (!links.isOld && object.address === this.rootAddress) this.#forgetCachedRoot()
    }
    if (attributes?.changed === true) attributes.emit(emitter)
    if (data?.chunks?.changed === true) data.chunks.emit(object, settings.chunkK)
    if (isTold(object)) object.touch(emitter, now)
    object.emit(emitter)
    this.unshare(object)
  }

  /** The oldest superblocks note where the symbol table of the root group is. */
  #forgetCachedRoot(): void {
    if (this.#superblock.rootEntry === undefined) return
    this.#superblock.rootEntry = { ...symbolTableEntry.blank(), headerAddress: this.rootAddress }
  }

  /** Brings all changes to the disk; the transaction makes them those of the file, or takes them back. */
  prepare(now: number): EditReport {
    this.complete(now)
    const superblock = this.#superblock
    const { end } = this.#space
    superblock.endOfFile = superblock.baseAddress + end
    this.emitter.put(0, superblockStructure, superblock, this.image.sizes)
    const report = this.report()
    this.#transaction.prepare(this.#userBlockSize + end)
    return report
  }

  /** Gives all that was changed its place. */
  complete(now: number): void {
    this.flush(now)
    this.#space.trim()
    const { fileSpace } = this.settings
    if (fileSpace.persisting) keepFreeSpace(this.image, this.emitter, fileSpace, this.#superblock.extensionAddress)
  }

  /** What the changes come to that were written so far. */
  report(): EditReport {
    const freed = freeBytes(this.#space) - this.#freeBefore
    return { freed, sizeBefore: this.#sizeBefore, sizeAfter: this.#userBlockSize + this.#space.end }
  }

  /** Leaves the file as it was; it takes no more changes. */
  abandon(): void {
    this.#isAbandoned = true
    this.#objects.clear()
    this.#released = []
    this.heap.abandon()
    this.#transaction.abandon()
    this.image.forget()
  }
}

function sameFileSpace(a: FileSpaceInfoV1, b: FileSpaceInfoV1): boolean {
  const { strategy, persisting, threshold, pageSize } = a
  return strategy === b.strategy && persisting === b.persisting && threshold === b.threshold && pageSize === b.pageSize
}

function freeBytes(space: Space): number {
  return space.free.reduce((sum, { size }) => sum + size, 0)
}

function isChanged(object: EditedObject): boolean {
  return object.recounted || isTold(object)
}

/** Whether something was changed of which the times of an object tell. */
function isTold({ changed, touched, links, attributes, data }: EditedObject): boolean {
  return changed || touched || links?.changed === true || attributes?.changed === true || data?.chunks?.changed === true
}
