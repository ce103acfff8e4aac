import { sameType } from '../datatype/equality.ts'
import { parseType } from '../datatype/type-text.ts'
import type { Value } from '../datatype/values.ts'
import { NotFoundError, TypeMismatchError, WriteError } from '../errors.ts'
import type { FilterPipeline } from '../filters/pipeline.ts'
import type { Selection } from '../format/dataspace-selection.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import type { ByteSink } from '../io/byte-sink.ts'
import { components } from '../objects/paths.ts'
import type { DatasetDraft, GroupDraft, LinkDraft, ObjectDraft, TypeDraft } from '../write/drafts.ts'
import { groupDraft, typeDraft } from '../write/drafts.ts'
import type { FileOptions } from '../write/file-options.ts'
import { FileWriter } from '../write/file-writer.ts'
import { draftReference } from '../write/heap-target.ts'
import type { DatasetOptions, TypeInput, Workshop } from './new-dataset.ts'
import { newAttribute, newDataset, newDatasetAsync, now } from './new-dataset.ts'
import { DraftScales, putAttribute } from './new-scales.ts'
import type { ArrayData } from './new-values.ts'

/** What a new group is like. */
export interface GroupOptions {
  /** Whether links and attributes keep the order of their creation. Default false. */
  trackOrder?: boolean | undefined
  /** Whether times are stored, where there is room for them. Default false. */
  trackTimes?: boolean | undefined
}

/** What all objects of a file that is being made share. */
interface Site extends Workshop {
  root: GroupDraft
  objects: Map<ObjectDraft, NewObject>
}

/** An object of a file that is being made. */
abstract class NewBase<D extends ObjectDraft> {
  readonly path: string
  /** What will be written. */
  readonly draft: D
  protected readonly site: Site

  constructor(site: Site, draft: D, path: string) {
    this.site = site
    this.draft = draft
    this.path = path
  }

  get attributeNames(): string[] {
    return this.draft.attributes.map(({ name }) => name)
  }

  hasAttribute(name: string): boolean {
    return this.draft.attributes.some((each) => each.name === name)
  }

  /** Makes an attribute; one with its name is replaced. The type is guessed where it is not given (see DatasetOptions). */
  createAttribute(name: string, value: ArrayData, options: Pick<DatasetOptions, 'shape' | 'type'> = {}): void {
    putAttribute(this.draft, newAttribute(this.site, name, value, options))
  }

  /** Gives an attribute another value, in its own type and shape where it suits; makes it where it is not there. */
  modifyAttribute(name: string, value: ArrayData): void {
    const known = this.draft.attributes.find((each) => each.name === name)
    if (known === undefined) {
      this.createAttribute(name, value)
      return
    }
    const { type, committed, space } = known
    const input: TypeInput = committed === undefined ? type : { type, committed }
    this.createAttribute(name, value, { type: input, shape: space.kind === 'null' ? null : space.dimensions })
  }

  /** NotFoundError where there is none. */
  deleteAttribute(name: string): void {
    const at = this.draft.attributes.findIndex((each) => each.name === name)
    if (at < 0) throw new NotFoundError(`no attribute "${name}"`, { path: this.path })
    this.draft.attributes.splice(at, 1)
  }

  get comment(): string | undefined {
    return this.draft.comment
  }

  set comment(text: string | undefined) {
    this.draft.comment = text
  }

  /** A value of a reference type that leads to the object, to an attribute of it, or to elements of a dataset. */
  reference(part?: { attribute: string } | { selection: Selection }): Value {
    return draftReference(this.draft, part)
  }
}

/** A committed datatype of a file that is being made. */
export class NewType extends NewBase<TypeDraft> {
  readonly kind = 'datatype'

  get type(): Datatype {
    return this.draft.type
  }

  /** The committed type itself: what datasets and attributes of this type have for their type. */
  get committed(): TypeDraft {
    return this.draft
  }
}

/**
 * A dataset of a file that is being made. Its elements are in the file already.
 *
 * ```ts
 * import { createFile } from '@h5kit/core/node'
 *
 * using file = createFile('scales.h5')
 * const time = file.createDataset('time', { data: [0, 10, 20] })
 * time.makeScale('seconds')
 * const speed = file.createDataset('speed', { data: [[1.5, 2.5], [3.5, 4.5], [5.5, 6.5]] })
 * speed.attachScale(0, time)
 * speed.setDimensionLabel(0, 'time')
 * file.close()
 * ```
 */
export class NewDataset extends NewBase<DatasetDraft> {
  readonly kind = 'dataset'
  #scales: DraftScales | undefined

  get type(): Datatype {
    return this.draft.type
  }

  /** Size along each axis, in elements; empty for a scalar. */
  get shape(): number[] {
    return this.draft.space.dimensions
  }

  /** Size of a chunk along each axis, in elements; undefined where the dataset is not chunked. */
  get chunkShape(): number[] | undefined {
    return this.draft.layout.kind === 'chunked' ? this.draft.layout.dimensions : undefined
  }

  get #dimensionScales(): DraftScales {
    this.#scales ??= new DraftScales(this.site, this.draft)
    return this.#scales
  }

  /** Makes the dataset a dimension scale, with a name or without one. */
  makeScale(name = ''): void {
    this.#dimensionScales.make(name)
  }

  get isScale(): boolean {
    return this.#dimensionScales.isScale
  }

  /** Attaches a dimension scale to an axis; a dataset that is none becomes one. */
  attachScale(axis: number, scale: NewDataset): void {
    this.#dimensionScales.attach(axis, scale.#dimensionScales)
  }

  /** WriteError where the scale is not attached to the axis. */
  detachScale(axis: number, scale: NewDataset): void {
    this.#dimensionScales.detach(axis, scale.#dimensionScales)
  }

  /** The scales of an axis, in the order in which they were attached. */
  scales(axis: number): NewDataset[] {
    return this.#dimensionScales.scales(axis).map((draft) => this.site.objects.get(draft) as NewDataset)
  }

  dimensionLabel(axis: number): string {
    return this.#dimensionScales.label(axis)
  }

  setDimensionLabel(axis: number, text: string): void {
    this.#dimensionScales.setLabel(axis, text)
  }
}

/**
 * A group of a file that is being made. Paths are relative to it, or start with a slash at the root group; groups on the
 * way are made where they are missing, as in h5py.
 *
 * ```ts
 * import { createFile, referenceType } from '@h5kit/core/node'
 *
 * using file = createFile('groups.h5')
 * const runs = file.createGroup('runs', { trackOrder: true })
 * const point = file.createType('point', '{x: <f8, y: <f8}')
 * const first = runs.createDataset('first', { type: point, data: [{ x: 1, y: 2 }, { x: 3, y: 4 }] })
 * file.createSoftLink('latest', '/runs/first')
 * file.createExternalLink('elsewhere', 'other.h5', '/data')
 * file.createHardLink('same', first)
 * file.createDataset('references', { type: referenceType('object'), data: [first.reference(), runs.reference()] })
 * file.close()
 * ```
 */
export class NewGroup extends NewBase<GroupDraft> {
  readonly kind = 'group'

  /** The names of the links, in the order of their creation. */
  keys(): string[] {
    return [...this.draft.links.keys()]
  }

  /** Whether a path leads to an object that is being made. Links to other files are not followed. */
  has(path: string): boolean {
    return this.#find(path, 0) !== undefined
  }

  /** The object at a path; NotFoundError where there is none. */
  get(path: string): NewObject {
    const found = this.#find(path, 0)
    if (found === undefined) throw new NotFoundError(`no object "${path}"`, { path: this.path })
    return found
  }

  createGroup(path: string, options: GroupOptions = {}): NewGroup {
    const draft = groupDraft(options.trackOrder === true ? 'indexed' : 'none')
    if (options.trackTimes === true) draft.times = now()
    return this.#add(path, (at) => new NewGroup(this.site, draft, at))
  }

  /** The group at a path, made where there is none; TypeMismatchError where something else is there. */
  requireGroup(path: string): NewGroup {
    const found = this.#find(path, 0)
    if (found === undefined) return this.createGroup(path)
    if (found.kind !== 'group') throw mismatch(found, 'group')
    return found
  }

  /** Makes a dataset and writes its elements. */
  createDataset(path: string, options: DatasetOptions): NewDataset {
    this.#refuseTaken(path)
    const draft = newDataset(this.site, options)
    return this.#add(path, (at) => new NewDataset(this.site, draft, at))
  }

  /** As `createDataset`, with filters on several threads where there are such. */
  async createDatasetAsync(path: string, options: DatasetOptions): Promise<NewDataset> {
    this.#refuseTaken(path)
    const draft = await newDatasetAsync(this.site, options)
    return this.#add(path, (at) => new NewDataset(this.site, draft, at))
  }

  /** The dataset at a path, made where there is none; TypeMismatchError where its shape or type is another one. */
  requireDataset(path: string, options: DatasetOptions & { shape: readonly number[]; type: TypeInput }): NewDataset {
    const found = this.#find(path, 0)
    if (found === undefined) return this.createDataset(path, options)
    if (found.kind !== 'dataset') throw mismatch(found, 'dataset')
    if (found.shape.join() !== options.shape.join()) {
      const shapes = `(${found.shape.join(', ')}), not (${options.shape.join(', ')})`
      throw new TypeMismatchError(`"${found.path}" has the shape ${shapes}`, { path: found.path })
    }
    const { type } = options
    const wanted = typeof type === 'string' ? parseType(type) : 'committed' in type ? type.type : type
    if (!sameType(found.type, wanted)) {
      throw new TypeMismatchError(`"${found.path}" is of another type`, { path: found.path })
    }
    return found
  }

  /** Commits a datatype: objects whose type is the result share it. */
  createType(path: string, type: Datatype | string): NewType {
    const draft = typeDraft(typeof type === 'string' ? parseType(type) : type)
    return this.#add(path, (at) => new NewType(this.site, draft, at))
  }

  /** Another name for an object of this file. */
  createHardLink(path: string, object: NewObject): void {
    this.#link(path, { kind: 'hard', object: object.draft })
  }

  /** A link to whatever is at a path. */
  createSoftLink(path: string, target: string): void {
    this.#link(path, { kind: 'soft', path: target })
  }

  /** A link to an object in another file. */
  createExternalLink(path: string, file: string, target: string): void {
    this.#link(path, { kind: 'external', file, path: target })
  }

  #add<T extends NewObject>(path: string, make: (path: string) => T): T {
    const { group, name } = this.#place(path)
    const object = make(`${group.path === '/' ? '' : group.path}/${name}`)
    group.draft.links.set(name, { kind: 'hard', object: object.draft })
    this.site.objects.set(object.draft, object)
    return object
  }

  #link(path: string, link: LinkDraft): void {
    const { group, name } = this.#place(path)
    group.draft.links.set(name, link)
  }

  #refuseTaken(path: string): void {
    const names = components(path)
    const name = names.pop()
    const group = this.#find(`${path.startsWith('/') ? '/' : ''}${names.join('/')}`, 0)
    if (name !== undefined && group?.kind === 'group' && group.draft.links.has(name)) throw taken(path, group)
  }

  /** The group that is to have a path's last name, which must be free there. */
  #place(path: string): { group: NewGroup; name: string } {
    const names = components(path)
    const name = names.pop()
    if (name === undefined) throw new WriteError(`"${path}" is no name`, { path: this.path })
    let group: NewGroup = path.startsWith('/') ? this.#root : this
    for (const each of names) group = group.requireGroup(each)
    if (group.draft.links.has(name)) throw taken(path, group)
    return { group, name }
  }

  get #root(): NewGroup {
    return this.site.objects.get(this.site.root) as NewGroup
  }

  #find(path: string, links: number): NewObject | undefined {
    let found: NewObject | undefined = path.startsWith('/') ? this.#root : this
    for (const name of components(path)) {
      if (found?.kind !== 'group') return undefined
      const link: LinkDraft | undefined = found.draft.links.get(name)
      if (link?.kind === 'hard') found = this.site.objects.get(link.object as ObjectDraft)
      else if (link?.kind === 'soft' && links < MOST_LINKS) found = found.#find(link.path, links + 1)
      else return undefined
    }
    return found
  }
}

/** Soft links that lead to one another are followed so far. */
const MOST_LINKS = 16

/** An object of a file that is being made. */
export type NewObject = NewGroup | NewDataset | NewType

function taken(path: string, group: NewGroup): WriteError {
  return new WriteError(`"${path}" is there already`, { path: group.path })
}

function mismatch(object: NewObject, wanted: string): TypeMismatchError {
  return new TypeMismatchError(`"${object.path}" is a ${object.kind}, not a ${wanted}`, { path: object.path })
}

/** Where the bytes of a new file go, and what happens in the end. */
export interface FileTarget extends ByteSink {
  commit?(): void
  abort?(): void
}

/**
 * A file that is being made: its root group, and what finishes it. Elements are written as they are given; all else is
 * kept until `close`, which completes the file. Before that, and where something fails, there is no file.
 */
export class NewFile extends NewGroup {
  readonly #writer: FileWriter
  readonly #target: FileTarget
  #open = true

  constructor(target: FileTarget, pipeline: FilterPipeline, options: NewFileOptions) {
    const writer = new FileWriter(target, options)
    const root = groupDraft(options.trackOrder === true ? 'indexed' : 'none')
    if (options.trackTimes === true) root.times = now()
    const { emitter, heap, versions } = writer
    super({ emitter, heap, versions, pipeline, root, objects: new Map() }, root, '/')
    this.site.objects.set(root, this)
    this.#writer = writer
    this.#target = target
  }

  /** Completes the file and brings it to the disk. Without effect on a file that is closed already. */
  close(): void {
    if (!this.#open) return
    this.#open = false
    try {
      this.#writer.finish(this.draft)
      this.#target.commit?.()
    } catch (error) {
      this.#target.abort?.()
      throw error
    }
  }

  /** Gives the file up: nothing is left of it. */
  abort(): void {
    if (!this.#open) return
    this.#open = false
    this.#target.abort?.()
  }

  /** Gives the file up at the end of the block that declares it with `using`, where it was not closed before. */
  [Symbol.dispose](): void {
    this.abort()
  }
}

/** How a new file is written. */
export interface NewFileOptions extends FileOptions, GroupOptions {}
