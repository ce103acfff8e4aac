import { refersElsewhere } from '../datatype/conversion/convert.ts'
import { sameType } from '../datatype/equality.ts'
import { typeInFile } from '../datatype/type-in-file.ts'
import { parseType } from '../datatype/type-text.ts'
import { NotFoundError, TypeMismatchError, UnsupportedError, WriteError } from '../errors.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import { components } from '../objects/paths.ts'
import type { ElementSet } from '../storage/element-set.ts'
import { boxSet } from '../storage/element-set.ts'
import { fillBytes } from '../storage/runs.ts'
import type { ExistingObject } from '../write/drafts.ts'
import { groupDraft, typeDraft } from '../write/drafts.ts'
import type { EditReport } from '../write/edited-file.ts'
import type { Editor, NewLink } from '../write/editor.ts'
import { HeapTarget } from '../write/heap-target.ts'
import { isAscii, UTF8 } from '../write/object-context.ts'
import type { CopyObjectOptions } from './copy.ts'
import { copyObject } from './copy.ts'
import { Dataset } from './dataset.ts'
import type { File } from './file.ts'
import { Group } from './group.ts'
import { about } from './located.ts'
import type { DatasetOptions, TypeInput, Workshop } from './new-dataset.ts'
import { newAttribute, newDataset, now } from './new-dataset.ts'
import type { GroupOptions } from './new-group.ts'
import type { ArrayData } from './new-values.ts'
import { broadcastBytes, broadcastValues, bytesOf, flatten, rowsOf } from './new-values.ts'
import type { ObjectBase } from './object-base.ts'
import type { H5Object } from './objects.ts'
import { NamedDatatype } from './objects.ts'
import type { ResolvedSelection, SelectionInput } from './selection.ts'
import { resolveSelection } from './selection.ts'
import { writeVirtualBytes, writeVirtualValues } from './virtual-changes.ts'

/** Bytes of elements that are alike which are written at once. */
const ALIKE_AT_ONCE = 1 << 26
/** The same, where a row of chunks takes more. */
const MOST_ALIKE = 1 << 28

/** Where a link is, or is to be. */
interface LinkPlace {
  /** Address of the group's header. */
  group: number
  groupPath: string
  name: string
}

/** What a program changes in a file that is there: the methods of its objects lead here. */
export class Changes {
  readonly editor: Editor
  readonly #file: File

  constructor(file: File, editor: Editor) {
    this.#file = file
    this.editor = editor
  }

  get #workshop(): Workshop {
    const { emitter, drafts, image } = this.editor.file
    return {
      emitter,
      heap: drafts.heap,
      versions: drafts.context.versions,
      pipeline: image.pipeline,
      openRawData: (name) => this.#file.others.rawDataToChange(name),
    }
  }

  createGroup(from: Group, path: string, { trackOrder = false, trackTimes = true }: GroupOptions): Group {
    const draft = groupDraft(trackOrder ? 'indexed' : 'none')
    if (trackTimes) draft.times = now()
    const { address, path: at } = this.#add(from, path, { kind: 'hard', object: draft })
    return new Group(this.#file, address, at)
  }

  createDataset(from: Group, path: string, options: DatasetOptions): Dataset {
    const place = this.#free(from, path)
    const draft = about(from, () => newDataset(this.#workshop, options))
    return new Dataset(this.#file, this.#link(place, { kind: 'hard', object: draft }), pathOf(place))
  }

  createType(from: Group, path: string, type: Datatype | string): NamedDatatype {
    const asked = typeof type === 'string' ? parseType(type) : type
    const draft = typeDraft(typeInFile(asked, this.#workshop.emitter.sizes))
    const { address, path: at } = this.#add(from, path, { kind: 'hard', object: draft })
    return new NamedDatatype(this.#file, address, at)
  }

  createHardLink(from: Group, path: string, object: ObjectBase): void {
    if (object.file !== this.#file) throw new WriteError(`"${object.path}" is in another file`, { path })
    this.#link(this.#free(from, path), { kind: 'hard', object: existing(object.address) })
  }

  createLink(from: Group, path: string, link: Exclude<NewLink, { kind: 'hard' }>): void {
    this.#link(this.#free(from, path), link)
  }

  /** Takes a link away, and the object with it where no other link leads there. */
  delete(from: Group, path: string): void {
    const { group, name } = this.#place(from, path, false)
    about(from, () => this.editor.unlink(group, name))
  }

  move(from: Group, path: string, to: string): void {
    const source = this.#place(from, path, false)
    const link = this.editor.findLink(source.group, source.name)
    if (link === undefined) throw new NotFoundError(`no link "${path}"`, { path: from.path })
    const within = link.kind === 'hard' ? link.address : undefined
    const target = this.#place(from, to, true, within)
    this.#refuseTaken(target)
    about(from, () => this.editor.move(source.group, source.name, target.group, target.name))
  }

  copy(source: H5Object, to: Group, path: string, options: CopyObjectOptions): void {
    copyObject(source, to, path, options)
  }

  createAttribute(
    object: ObjectBase,
    name: string,
    value: ArrayData,
    options: Pick<DatasetOptions, 'shape' | 'type'> = {},
  ): void {
    about(object, () => {
      this.editor.willReplace(object.address, name)
      this.editor.setAttribute(object.address, newAttribute(this.#workshop, name, value, options))
    })
  }

  /** Gives an attribute another value, in its own type and shape; makes it where it is not there. */
  modifyAttribute(object: ObjectBase, name: string, value: ArrayData): void {
    if (!object.hasAttribute(name)) {
      this.createAttribute(object, name, value)
      return
    }
    const { type, committed, space } = object.attribute(name)
    const input: TypeInput = committed === undefined ? type : { type, committed: existing(committed) }
    this.createAttribute(object, name, value, { type: input, shape: space.kind === 'null' ? null : space.dimensions })
  }

  deleteAttribute(object: ObjectBase, name: string): void {
    about(object, () => this.editor.removeAttribute(object.address, name))
  }

  renameAttribute(object: ObjectBase, from: string, to: string): void {
    about(object, () => this.editor.renameAttribute(object.address, from, to))
  }

  setComment(object: ObjectBase, comment: string | undefined): void {
    this.editor.setComment(object.address, comment)
  }

  /** Writes values to elements of a dataset: as many as are selected, or fewer that are repeated along axes. */
  write(dataset: Dataset, values: ArrayData, selection: SelectionInput | ElementSet | undefined): void {
    about(dataset, () => {
      const { type } = dataset
      const { set, shape } = selected(dataset, selection)
      if (set.size * type.size > ALIKE_AT_ONCE && dataset.layout.kind !== 'virtual' && !refersElsewhere(type)) {
        const flat = flatten(values, type)
        if (flat.count === 1) return this.#repeat(dataset, set, bytesOf(type, flat, this.#heapTarget))
      }
      const bytes = () => broadcastBytes(type, values, shape, this.#heapTarget)
      if (dataset.layout.kind !== 'virtual') this.editor.writeElements(dataset.address, set, bytes)
      else if (refersElsewhere(type, true)) writeVirtualValues(dataset, set, broadcastValues(type, values, shape))
      else writeVirtualBytes(dataset, set, bytes())
    })
  }

  /** Writes one element in the place of many, some at a time: a row of chunks, where that is not too much. */
  #repeat({ address, shape, chunkShape }: Dataset, set: ElementSet, element: Uint8Array): void {
    const unit = chunkShape ?? shape.map(() => 1)
    const row = shape.slice(1).reduce((product, size) => product * size, unit[0])
    const inChunk = unit.reduce((product, size) => product * size, 1)
    const [least, most] = [ALIKE_AT_ONCE, MOST_ALIKE].map((size) => Math.floor(size / element.length))
    const count = Math.max(inChunk, least, Math.min(row, most))
    const bytes = new Uint8Array(count * element.length)
    fillBytes(bytes, element)
    for (const { set: piece } of set.pieces(count, unit)) {
      this.editor.writeElements(address, piece, bytes.subarray(0, piece.size * element.length))
    }
  }

  get #heapTarget(): HeapTarget {
    const { emitter, drafts } = this.editor.file
    return new HeapTarget(emitter.sizes, drafts.context)
  }

  writeRaw(dataset: Dataset, bytes: Uint8Array, selection: SelectionInput | ElementSet | undefined): void {
    about(dataset, () => {
      const { set } = selected(dataset, selection)
      if (dataset.layout.kind === 'virtual') writeVirtualBytes(dataset, set, bytes)
      else this.editor.writeElements(dataset.address, set, bytes)
    })
  }

  append(dataset: Dataset, values: ArrayData): void {
    about(dataset, () => {
      const { type, shape, layout } = dataset
      if (layout.kind === 'virtual') throw new WriteError('no source has more rows: append to the sources instead')
      const { flat, rows } = rowsOf(type, values, shape)
      this.editor.willAppend(dataset.address)
      const bytes = bytesOf(type, flat, this.#heapTarget)
      const [length, ...row] = shape
      this.editor.resize(dataset.address, [length + rows, ...row])
      this.editor.writeElements(dataset.address, boxSet([length, ...row.map(() => 0)], [rows, ...row]), bytes)
    })
  }

  resize(dataset: Dataset, shape: readonly number[]): void {
    about(dataset, () => this.editor.resize(dataset.address, shape))
  }

  /** A dataset, if it is of the shape and type that are asked for. */
  required(found: H5Object, { shape, type }: { shape: readonly number[]; type: TypeInput }): Dataset {
    const { path } = found
    if (found.kind !== 'dataset') throw new TypeMismatchError(`"${path}" is a ${found.kind}`, { path })
    const wanted = typeof type === 'string' ? parseType(type) : 'committed' in type ? type.type : type
    const stored = typeInFile(wanted, this.#workshop.emitter.sizes)
    if (found.shape.join() !== shape.join() || !sameType(found.type, stored)) {
      throw new TypeMismatchError(`"${path}" has another shape or type`, { path })
    }
    return found
  }

  commit(): EditReport {
    return this.editor.commit()
  }

  /** Commits what is not committed yet. */
  finish(): void {
    if (this.editor.isChanged) this.editor.commit()
  }

  #add(from: Group, path: string, link: NewLink & { kind: 'hard' }): { address: number; path: string } {
    const place = this.#free(from, path)
    return { address: this.#link(place, link), path: pathOf(place) }
  }

  #link({ group, groupPath, name }: LinkPlace, link: NewLink): number {
    const characterSet = isAscii(name) ? undefined : UTF8
    return about({ path: groupPath, file: this.#file }, () => this.editor.link(group, name, link, characterSet)) ?? 0
  }

  /** The place of a link that is not there yet; groups on the way are made. */
  #free(from: Group, path: string): LinkPlace {
    const place = this.#place(from, path, true)
    this.#refuseTaken(place)
    return place
  }

  #refuseTaken(place: LinkPlace): void {
    if (this.editor.findLink(place.group, place.name) !== undefined) {
      throw new WriteError(`"${pathOf(place)}" is there already`, { path: place.groupPath, file: this.#file.name })
    }
  }

  /** @param within address of an object that must not be on the way */
  #place(from: Group, path: string, make: boolean, within?: number): LinkPlace {
    const names = components(path)
    const name = names.pop()
    if (name === undefined) throw new WriteError(`"${path}" is no name`, { path: from.path })
    const absolute = path.startsWith('/')
    let place = absolute ? { group: this.#file.rootAddress, path: '' } : { group: from.address, path: from.path }
    for (const each of names) {
      place = this.#step(place, each, make)
      if (place.group === within) throw new WriteError(`"${path}" is within what is to be moved there`)
    }
    return { group: place.group, groupPath: place.path === '' ? '/' : place.path, name }
  }

  #step({ group, path }: { group: number; path: string }, name: string, make: boolean) {
    const at = `${path === '/' ? '' : path}/${name}`
    const link = this.editor.findLink(group, name)
    if (link?.kind === 'hard') {
      if (!this.editor.file.object(link.address).isGroup)
        throw new TypeMismatchError(`"${at}" is not a group`, { path: at })
      return { group: link.address, path: at }
    }
    if (link === undefined && make) {
      const draft = groupDraft()
      draft.times = now()
      return { group: this.editor.link(group, name, { kind: 'hard', object: draft }) ?? 0, path: at }
    }
    if (link === undefined) throw new NotFoundError(`no "${at}"`, { path: at, file: this.#file.name })
    const object = new Group(this.#file, group, path).group(name)
    if (object.file !== this.#file) throw new UnsupportedError(`"${at}" leads to another file, ${object.file.name}`)
    return { group: object.address, path: at }
  }
}

function selected({ space }: Dataset, selection: SelectionInput | ElementSet | undefined): ResolvedSelection {
  return resolveSelection(selection, space.kind === 'null' ? [0] : space.dimensions)
}

function existing(address: number): ExistingObject {
  return { kind: 'existing', address }
}

function pathOf({ groupPath, name }: LinkPlace): string {
  return `${groupPath === '/' ? '' : groupPath}/${name}`
}
