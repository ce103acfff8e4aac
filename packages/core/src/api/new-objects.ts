import type { Value, ValueSource, Values } from '../datatype/values.ts'
import { NotFoundError, UnsupportedError } from '../errors.ts'
import type { Selection } from '../format/dataspace-selection.ts'
import type { FileImage } from '../format/file-image.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import { Loans } from '../objects/loans.ts'
import { SequenceFinder } from '../objects/sequences.ts'
import type { ElementSet } from '../storage/element-set.ts'
import { boxSet } from '../storage/element-set.ts'
import { RawReader } from '../storage/raw-data.ts'
import { DraftData } from '../write/draft-data.ts'
import type { DatasetDraft, GroupDraft, ObjectDraft, TypeDraft } from '../write/drafts.ts'
import { draftReference, HeapTarget } from '../write/heap-target.ts'
import { attachScale, detachScale, makeScale, onAxis, setDimensionLabel } from './dimension-scales.ts'
import type { DatasetOptions, TypeInput, Workshop } from './new-dataset.ts'
import { immediate, newAttribute } from './new-dataset.ts'
import { DraftScales, putAttribute } from './new-scales.ts'
import type { ArrayData } from './new-values.ts'
import { broadcastBytes, bytesOf, holdsReferences, rowsOf } from './new-values.ts'
import type { ReadOptions } from './read-values.ts'
import { readValues } from './read-values.ts'
import type { ResolvedSelection, SelectionInput } from './selection.ts'
import { resolveSelection } from './selection.ts'

/** What all objects of a file that is being made share. */
export interface Site extends Workshop {
  root: GroupDraft
  /** Of the file so far. */
  image: FileImage
  /** The elements of those datasets that are written part by part. */
  data: Map<DatasetDraft, DraftData>
  /** Dimension scales of those datasets where they were asked for. */
  scales: Map<DatasetDraft, DraftScales>
}

/** An object of a file that is being made. */
export abstract class NewBase<D extends ObjectDraft> {
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
 * A dataset of a file that is being made. Its elements are in the file already: they can be read, and become others.
 *
 * ```ts
 * import { createFile, slice } from '@h5kit/core/node'
 *
 * using file = createFile('parts.h5')
 * const image = file.createDataset('image', { shape: [4, 3], type: '<i2', maxShape: [null, 3], compression: 'gzip' })
 * image.write([1, 2, 3])
 * image.write(7, [slice(1, 3), 0])
 * image.resize([6, 3])
 * image.append([[10, 11, 12]])
 * console.log(image.shape, image.read([slice(0, 3)]))
 * file.close()
 * ```
 *
 * Dimension scales:
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

  get #data(): DraftData {
    const { data, image, emitter } = this.site
    const known = data.get(this.draft) ?? new DraftData(image, emitter, this.draft)
    data.set(this.draft, known)
    return known
  }

  /**
   * Writes values to all elements, or to those of a selection: as many as are selected, nested or in C order, or fewer that
   * are repeated along axes, as NumPy does. References are written when the file is closed.
   *
   * @throws UnsupportedError where the elements are those of other datasets
   */
  write(values: ArrayData, selection?: SelectionInput): void {
    const { set, shape } = this.#select(selection)
    this.#write(set, (target) => broadcastBytes(this.type, values, shape, target))
  }

  /** As `write`, of bytes that are in the dataset's own type. */
  writeRaw(bytes: Uint8Array, selection?: SelectionInput): void {
    this.#data.write(this.#select(selection).set, bytes)
  }

  #write(set: ElementSet, bytes: (target: HeapTarget) => Uint8Array): void {
    const { sizes } = this.site.emitter
    if (!this.#waits) this.#data.write(set, bytes(immediate(this.site)))
    else this.#data.writeLater(set, (places) => bytes(new HeapTarget(sizes, places)))
  }

  /** Makes the dataset longer along its first axis and writes values there: one row, or several. */
  append(values: ArrayData): void {
    const { flat, rows } = rowsOf(this.type, values, this.shape)
    const [length, ...row] = this.shape
    this.resize([length + rows, ...row])
    this.#write(boxSet([length, ...row.map(() => 0)], [rows, ...row]), (target) => bytesOf(this.type, flat, target))
  }

  /** Gives the dataset, which must have chunks or be in other files, another size within its largest; new elements have the fill value. */
  resize(shape: readonly number[]): void {
    this.#data.resize(shape, this.#waits)
  }

  /** All elements as they are now, in C order, or those of a selection in its order (see Dataset). */
  read(selection?: SelectionInput, options: ReadOptions = {}): Values {
    const { set } = this.#select(selection)
    return readValues({ type: this.type, bytes: this.#raw(set), count: set.size }, this.#valueSource(), options)
  }

  /** The bytes of all elements, or of those of a selection, in the dataset's own type. */
  raw(selection?: SelectionInput): Uint8Array {
    return this.#raw(this.#select(selection).set)
  }

  #raw(set: ElementSet): Uint8Array {
    if (this.#waits) throw new UnsupportedError('references are known when the file is closed')
    return new RawReader(this.#data.raw).read(set)
  }

  #valueSource(): ValueSource {
    const { heap, image } = this.site
    heap.finish()
    const finder = new SequenceFinder(image, new Loans(image))
    return {
      sequence(type, bytes, at) {
        finder.find(type, bytes, at)
        return finder.bytes.subarray(finder.start, finder.end)
      },
    }
  }

  /** Whether elements hold addresses, which are known only in the end. */
  get #waits(): boolean {
    return holdsReferences(this.type)
  }

  #select(selection: SelectionInput | undefined): ResolvedSelection {
    const { space } = this.draft
    return resolveSelection(selection, space.kind === 'null' ? [0] : space.dimensions)
  }

  get #dimensionScales(): DraftScales {
    const { scales } = this.site
    const known = scales.get(this.draft) ?? new DraftScales(this.site, this.draft, this.path)
    scales.set(this.draft, known)
    return known
  }

  /** Makes the dataset a dimension scale, with a name or without one. */
  makeScale(name = ''): void {
    makeScale(this.#dimensionScales, name)
  }

  get isScale(): boolean {
    return this.#dimensionScales.isScale
  }

  /** The name that the dataset has as a dimension scale; empty where it has none. */
  get scaleName(): string {
    return this.#dimensionScales.name
  }

  /** Attaches a dimension scale to an axis; a dataset that is none becomes one. */
  attachScale(axis: number, scale: NewDataset): void {
    attachScale(this.#dimensionScales, axis, scale.#dimensionScales)
  }

  /** WriteError where the scale is not attached to the axis. */
  detachScale(axis: number, scale: NewDataset): void {
    detachScale(this.#dimensionScales, axis, scale.#dimensionScales)
  }

  /** The scales of an axis, in the order in which they were attached. */
  scales(axis: number): NewDataset[] {
    return onAxis(this.#dimensionScales.lists, axis).map((draft) => this.#other(draft))
  }

  /** The datasets that this one is a scale of, with the axis. */
  scaleUses(): { dataset: NewDataset; axis: number }[] {
    return this.#dimensionScales.uses.map(({ dataset, axis }) => ({ dataset: this.#other(dataset), axis }))
  }

  #other(draft: DatasetDraft): NewDataset {
    return new NewDataset(this.site, draft, this.site.scales.get(draft)?.path ?? '')
  }

  dimensionLabel(axis: number): string {
    return onAxis(this.#dimensionScales.labels, axis)
  }

  setDimensionLabel(axis: number, text: string): void {
    setDimensionLabel(this.#dimensionScales, axis, text)
  }
}
