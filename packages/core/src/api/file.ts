import { FormatError, LimitError, WriteError } from '../errors.ts'
import type { FilterPipeline } from '../filters/pipeline.ts'
import type { FileImage } from '../format/file-image.ts'
import type { FreeSpaceSection } from '../format/free-space-manager.ts'
import { readFreeSpaceManager } from '../format/free-space-manager.ts'
import type { ReferenceType, VariableLengthType } from '../format/messages/datatype.ts'
import type { ObjectHeader } from '../format/read-object-header.ts'
import type { Reference } from '../format/reference.ts'
import type { Superblock } from '../format/superblock.ts'
import type { ByteSource } from '../io/byte-source.ts'
import type { FetchingSource } from '../io/pending.ts'
import { resume } from '../io/pending.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { FileSettings } from '../objects/file-settings.ts'
import { fileSettings, freeSpaceReadable } from '../objects/file-settings.ts'
import type { IndexOrder, Link } from '../objects/links.ts'
import { Loans } from '../objects/loans.ts'
import { decodeReference } from '../objects/references.ts'
import { SequenceFinder } from '../objects/sequences.ts'
import type { StorageExtent } from '../objects/storage-extents.ts'
import { fileExtents } from '../objects/storage-extents.ts'
import type { FileSizes } from '../objects/storage-sizes.ts'
import { fileSizes } from '../objects/storage-sizes.ts'
import type { VisitedLink } from '../objects/visit.ts'
import { PathIndex } from '../objects/visit.ts'
import { ChunkCache } from '../storage/chunk-cache.ts'
import type { VirtualView } from '../storage/virtual-shape.ts'
import type { EditReport } from '../write/edited-file.ts'
import type { Editor } from '../write/editor.ts'
import type { Changes } from './changes.ts'
import type { Editing, OpenOptions, Session } from './context.ts'
import type { Dataset } from './dataset.ts'
import type { Group } from './group.ts'
import type { H5Object } from './objects.ts'
import { openObject } from './objects.ts'
import { openImage } from './open-image.ts'
import { OtherFiles } from './other-files.ts'

/** Virtual datasets of virtual datasets are followed so far. */
const MOST_VIRTUAL_STEPS = 16

/** An open HDF5 file. */
export class File {
  readonly name: string
  /** Tells whether two files are the same one, where the source knows. */
  readonly identity: string | undefined
  readonly superblock: Superblock
  /** Bytes in front of the superblock that are not HDF5's. */
  readonly userBlockSize: number
  /** Of what the superblock has no room for; undefined where the file has none. */
  readonly extension: ObjectHeader | undefined
  /** What elements of virtual datasets in this file refer to in other ones. */
  readonly loans: Loans
  #number: number
  /** Steps that go on in the file, while it keeps its number. */
  #held = 0
  #paths: PathIndex | undefined
  #settings: FileSettings | undefined
  #sequences: SequenceFinder | undefined
  /** One object of each kind: see the note on readers in FileImage. */
  readonly #alive: { [kind in H5Object['kind']]?: H5Object } = {}
  readonly #source: ByteSource
  readonly #session: Session
  readonly #changes: Changes | undefined
  readonly #image: FileImage
  #generation = 0
  /** Other files that something in this one leads to. */
  readonly others: OtherFiles

  constructor(source: ByteSource, name: string, session: Session, edit?: Editing) {
    const opened = openImage(source, session.pipeline, session.options, edit?.sink)
    this.name = name
    this.identity = source.identity
    // Each file of a set is opened first, and counts too.
    session.nextNumber += source.parts ?? 0
    this.#number = session.nextNumber++
    this.#image = opened.image
    this.loans = new Loans(opened.image)
    this.superblock = opened.superblock
    this.userBlockSize = opened.userBlockSize
    this.extension = opened.extension
    this.#source = source
    this.#changes = edit?.changes(this, opened)
    this.#session = session
    this.others = new OtherFiles(this, session, {
      open: (other, name, how) => new File(other, name, session, how),
      reopened: (file) => file.#openedAgain(),
      end: (file) => file.#end(),
    })
    if (session.files.size === 0) this.#held = 1
    if (source.identity !== undefined) session.files.set(source.identity, this)
  }

  /**
   * 1 for the file that was opened first. As in the C library, following an external link opens a file anew, and each
   * time that this happens there is another number; a file that is open already keeps the one that it has.
   */
  get number(): number {
    return this.#number
  }

  /** Runs a step that goes on in the file, which keeps its number until then. */
  hold<T>(step: () => T): T {
    this.#held++
    try {
      return step()
    } finally {
      this.#held--
    }
  }

  /** The number that the next file gets. */
  get nextNumber(): number {
    return this.#session.nextNumber
  }

  /** The address that a number stands for: it differs where a file in several parts has addresses above 2^53-1. */
  fullAddress(address: number): number | bigint {
    return this.#source.unfold?.(address) ?? address
  }

  /** Decoded chunks of this file and those that are opened through it. */
  get chunkCache(): ChunkCache {
    return this.#session.chunkCache
  }

  /** How virtual datasets in this file find their size. */
  get virtualView(): VirtualView {
    return { view: 'last-available', gap: 0, ...this.#session.options.virtualView }
  }

  /** What the file has, changes so far included. */
  get image(): FileImage {
    this.#changes?.editor.settle()
    if (this.#image.generation !== this.#generation) {
      this.#generation = this.#image.generation
      this.#paths = undefined
      this.#sequences = undefined
    }
    return this.#image
  }

  /** Whether the file was opened to be changed. */
  get isChangeable(): boolean {
    return this.#changes !== undefined
  }

  /** What changes the file; WriteError where it was opened for reading. */
  get changes(): Changes {
    if (this.#changes !== undefined) return this.#changes
    throw new WriteError(`${this.name || 'the file'} was opened for reading`, { file: this.name })
  }

  /** What changes the file, by the addresses of its objects; WriteError where it was opened for reading. */
  get editor(): Editor {
    return this.changes.editor
  }

  /** Makes all changes so far of the file on the disk, or none; more may follow. Closing the file does this too. */
  commit(): EditReport {
    return this.changes.commit()
  }

  /** Takes all changes since the last `commit` back. The file is to be closed then. */
  discard(): void {
    this.editor.abandon()
  }

  /** Address of the root group's object header. */
  get rootAddress(): number {
    return this.superblock.rootAddress
  }

  /** What the file was created with. */
  get settings(): FileSettings {
    this.#settings ??= fileSettings(this.image, this.superblock, this.extension)
    return this.#settings
  }

  /** Bytes of the file, or of all the files that it is kept in. */
  get size(): number {
    return this.#source.size
  }

  /** One more than the last address of the file, the user block counted; as it is stored in files of several parts. */
  get end(): number | bigint {
    const { endOfFile, baseAddress } = this.superblock
    return this.#source.lastEnd ?? Math.max(this.#source.size, endOfFile - baseAddress + this.userBlockSize)
  }

  /** Bytes that the file takes for itself. */
  get storageSizes(): FileSizes {
    return fileSizes(this.image, this.superblock, this.extension, this.settings)
  }

  /** The parts of the file that belong to no object. */
  extents(): Generator<StorageExtent> {
    return fileExtents(this.image, this.superblock, this.extension, this.settings)
  }

  /** The sections of free space that the file keeps track of, by the manager that does. */
  freeSpaceSections(): FreeSpaceSection[] {
    const managers = this.settings.fileSpace.managers.filter((address) => address !== UNDEFINED)
    return managers.flatMap((address) => readFreeSpaceManager(this.image, address).sections)
  }

  get root(): Group {
    const root = this.object(this.rootAddress, '/')
    if (root.kind !== 'group') throw new FormatError('the root object is no group', { address: this.rootAddress })
    return root
  }

  /** Whether the managers of free space that outlive a closing can be read. */
  get freeSpaceReadable(): boolean {
    return freeSpaceReadable(this.image, this.settings)
  }

  /** The names of the root group's links. */
  keys(order?: IndexOrder): string[] {
    return this.root.keys(order)
  }

  /** All links below the root group, each group's links behind the first hard link to it. */
  visit(order?: IndexOrder): Generator<VisitedLink> {
    return this.root.visit(order)
  }

  /** Whether a path from the root group leads to an object, all links followed. */
  has(path: string): boolean {
    return this.root.has(path)
  }

  /** The object at a path from the root group, all links followed; NotFoundError where there is none. */
  get(path: string): H5Object {
    return this.root.get(path)
  }

  /** The group at a path; TypeMismatchError where something else is there. */
  group(path: string): Group {
    return this.root.group(path)
  }

  /** The dataset at a path; TypeMismatchError where something else is there. */
  dataset(path: string): Dataset {
    return this.root.dataset(path)
  }

  /** The last link of a path, not followed; NotFoundError where there is none. */
  link(path: string): Link {
    return this.root.link(path)
  }

  /** The object whose header is at an address. */
  object(address: number, path = ''): H5Object {
    const object = openObject(this, address, path)
    this.#alive[object.kind] = object
    return object
  }

  /** The first path to the object at an address; undefined where no hard link leads to it. */
  pathOf(address: number): string | undefined {
    this.#paths ??= new PathIndex(this.image, this.rootAddress)
    return this.#paths.find(address)
  }

  /** Decodes an element of class reference; undefined where it leads nowhere. */
  reference(type: ReferenceType, bytes: Uint8Array, at = 0): Reference | undefined {
    const loan = this.loans.reference(type, bytes, at)
    if (loan === undefined) return decodeReference(this.image, type, bytes, at)
    const { lender, element } = loan
    const there = lender.reference(loan.type, element)
    return there && { ...there, file: there.file ?? lender.name }
  }

  /** The object that a reference in this file leads to, or whose attribute or elements it leads to. */
  follow(reference: Reference): H5Object {
    const file = this.fileOf(reference)
    return file.object(reference.address, file.pathOf(reference.address))
  }

  /** The file that a reference in this one leads to. */
  fileOf(reference: Reference): File {
    return reference.file === undefined ? this : this.others.open(reference.file, 'reference')
  }

  /** The elements that a variable-length element refers to: as many as its length, each of the base type's size. */
  sequence(type: VariableLengthType, bytes: Uint8Array, at: number): Uint8Array {
    this.#sequences ??= this.sequences()
    const finder = this.#sequences
    finder.find(type, bytes, at)
    return finder.bytes.subarray(finder.start, finder.end)
  }

  /** Finds what many elements of variable length refer to. */
  sequences(): SequenceFinder {
    return new SequenceFinder(this.image, this.loans)
  }

  /** The file that an external link in this one names. */
  openExternal(fileName: string): this
  openExternal(fileName: string): File {
    return this.others.open(fileName, 'link')
  }

  /** Runs an operation that reads this file; where the source has to fetch bytes first, as often as it takes. */
  async settle<T>(operation: () => T): Promise<T> {
    return isFetching(this.#source) ? resume(this.#source, operation) : operation()
  }

  /** Runs a step into the sources of a virtual dataset, which may be virtual themselves. */
  throughVirtual<T>(step: () => T): T {
    const session = this.#session
    if (session.virtualDepth === MOST_VIRTUAL_STEPS) {
      throw new LimitError(`more than ${MOST_VIRTUAL_STEPS} virtual datasets lead to one another`, { file: this.name })
    }
    session.virtualDepth++
    try {
      return step()
    } finally {
      session.virtualDepth--
    }
  }

  #openedAgain(): this {
    const number = this.#session.nextNumber++
    if (this.#held === 0) this.#number = number
    return this
  }

  /** Closes the file and those that were opened through it; what was changed is committed before. */
  close(): void {
    this.#changes?.finish()
    this.#end()
  }

  #end(): void {
    this.others.end()
    this.#source.close?.()
  }

  /** Closes the file at the end of the block that declares it with `using`; changes that were not committed are gone. */
  [Symbol.dispose](): void {
    this.#end()
  }
}

function isFetching(source: ByteSource): source is ByteSource & FetchingSource {
  return 'fetch' in source
}

/**
 * Opens a file whose bytes come from any source.
 *
 * @param edit what a file is changed with, where it is to be changed
 */
export function openWith(source: ByteSource, pipeline: FilterPipeline, options: OpenOptions, edit?: Editing): File {
  const session = {
    pipeline,
    chunkCache: new ChunkCache(options.chunkCacheBytes),
    options,
    nextNumber: options.firstNumber ?? 1,
    files: new Map(),
    virtualDepth: 0,
    changeable: new Map(),
    companions: edit?.companions,
  }
  return new File(source, options.name ?? '', session, edit)
}
