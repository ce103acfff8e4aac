import { decodeValues } from '../datatype/value/decode.ts'
import type { Columns, TypedNumbers, Value, Values } from '../datatype/values.ts'
import { LimitError, SelectionError } from '../errors.ts'
import type { FilterStep } from '../filters/pipeline.ts'
import type { DataLayout } from '../format/messages/data-layout.ts'
import type { Dataspace } from '../format/messages/dataspace.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import type { FillValue } from '../format/messages/fill-value.ts'
import { NEVER } from '../format/messages/fill-value.ts'
import { EXTERNAL_DATA_FILES } from '../format/messages/message-types.ts'
import type { VirtualMapping } from '../format/virtual-mapping.ts'
import { readVirtualMappings } from '../format/virtual-mapping.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { DatasetFacts } from '../objects/dataset.ts'
import { datasetFacts, externalFiles, fillSettings } from '../objects/dataset.ts'
import type { ChunkEntry } from '../storage/chunk-index.ts'
import { chunksInUse } from '../storage/chunk-index.ts'
import type { ElementSet } from '../storage/element-set.ts'
import type { ExternalFileSegment } from '../storage/external-data.ts'
import { ExternalSource } from '../storage/external-data.ts'
import type { RawDataset } from '../storage/raw-data.ts'
import { RawReader, storageSize } from '../storage/raw-data.ts'
import type { Settle } from '../storage/read-async.ts'
import { rawSlabsAsync, readIntoAsync } from '../storage/read-async.ts'
import type { Slab } from '../storage/slabs.ts'
import { rawSlabs } from '../storage/slabs.ts'
import type { VirtualExtent } from '../storage/virtual-shape.ts'
import { plainValue } from './attribute.ts'
import { attachScale, detachScale, makeScale, onAxis, setDimensionLabel } from './dimension-scales.ts'
import { datasetAt, FileScales } from './file-scales.ts'
import { about, aboutEach, aboutEachLater, aboutLater } from './located.ts'
import type { ArrayData } from './new-values.ts'
import { ObjectBase } from './object-base.ts'
import type { ReadOptions } from './read-values.ts'
import { readColumns, readInto, readValues } from './read-values.ts'
import type { ResolvedSelection, SelectionInput } from './selection.ts'
import { resolveSelection } from './selection.ts'
import { currentExtent, virtualReader } from './virtual-sources.ts'

/** Elements with more bytes are not made of nothing. */
const LARGEST_ZERO = 16 << 20

/** An array of elements of one type. */
export class Dataset extends ObjectBase {
  readonly kind = 'dataset'
  #facts: DatasetFacts | undefined
  #extent: VirtualExtent | undefined
  #reader: RawReader | undefined
  #generation = 0

  get #described(): DatasetFacts {
    this.#renew()
    this.#facts ??= about(this, () => this.#describe())
    return this.#facts
  }

  /** What is known of the dataset is of no use once the file was changed. */
  #renew(): void {
    const { generation } = this.image
    if (generation === this.#generation) return
    this.#generation = generation
    this.#facts = undefined
    this.#extent = undefined
    this.#reader = undefined
  }

  #describe(): DatasetFacts {
    const facts = datasetFacts(this.image, this.header)
    if (facts.layout.kind !== 'virtual' || facts.space.kind !== 'simple') return facts
    this.#extent = currentExtent(this.file, facts.space.dimensions, readVirtualMappings(this.image, facts.layout))
    return { ...facts, space: { ...facts.space, dimensions: this.#extent.shape } }
  }

  get type(): Datatype {
    return this.#described.type
  }

  /** Address of the committed datatype that the dataset uses. */
  get committed(): number | undefined {
    return this.#described.committed
  }

  get space(): Dataspace {
    return this.#described.space
  }

  /** Size along each axis, in elements; empty for a scalar. */
  get shape(): number[] {
    return this.space.dimensions
  }

  /** Largest size along each axis; null where it is unlimited. */
  get maxShape(): (number | null)[] {
    return (this.space.maximum ?? this.space.dimensions).map((size) => (size === UNDEFINED ? null : size))
  }

  get layout(): DataLayout {
    return this.#described.layout
  }

  /** Size of a chunk along each axis, in elements; undefined where the dataset is not chunked. */
  get chunkShape(): number[] | undefined {
    return this.layout.kind === 'chunked' ? this.layout.dimensions : undefined
  }

  get filters(): readonly FilterStep[] {
    return this.#described.filters
  }

  /** The first filter that there is no code for; undefined where elements can be read. */
  get missingFilter(): FilterStep | undefined {
    return this.image.pipeline.missing(this.filters)
  }

  /** What elements that were never written read as. */
  get fillValue(): Value {
    const { type, fill } = this.#described
    return about(this, () => {
      if (fill !== undefined) return decodeValues(type, fill, 1, this.file)[0]
      if (type.size > LARGEST_ZERO) throw new LimitError(`an element of ${type.size} bytes`)
      return decodeValues(type, new Uint8Array(type.size), 1, this.file)[0]
    })
  }

  /** The bytes of the fill value in the dataset's type; undefined where none is set, which reads as zeros. */
  get rawFillValue(): Uint8Array | undefined {
    return this.#described.fill
  }

  /** When storage is allocated and filled, and with what. */
  get fillSettings(): FillValue {
    return about(this, () => fillSettings(this.image, this.header, this.layout))
  }

  /** Where the elements are, when they are in other files. */
  get externalFiles(): ExternalFileSegment[] {
    return about(this, () => externalFiles(this.image, this.header))
  }

  /** Which parts of a virtual dataset are elements of which other datasets; none where it is not virtual. */
  get mappings(): VirtualMapping[] {
    const { layout } = this
    return layout.kind === 'virtual' ? about(this, () => readVirtualMappings(this.image, layout)) : []
  }

  /** Bytes that the elements take in the file. */
  get storageSize(): number {
    return about(this, () => {
      const { space, type, layout } = this.#described
      const external = this.header.has(EXTERNAL_DATA_FILES)
      return storageSize({ image: this.image, space, elementSize: type.size, layout, external })
    })
  }

  /** The chunks that are stored and hold elements, in the order of their index; none where the dataset is not chunked. */
  chunks(): Generator<ChunkEntry> {
    const { layout, space } = this
    return aboutEach(this, () => (layout.kind === 'chunked' ? chunksInUse(this.image, layout, space) : []))
  }

  /**
   * Elements about `budget` bytes at a time (4 MB where it is not given), in the dataset's own type: all in C order, or
   * those of a selection in its order. The bytes of a slab are valid until the next one is asked for.
   */
  slabs(budget?: number, selection?: SelectionInput): Generator<Slab> {
    return aboutEach(this, () => {
      const { set } = this.#select(selection)
      return rawSlabs(this.#raw, budget, set, this.#read)
    })
  }

  /**
   * As `slabs`. Chunks are decoded on several threads where there are such, and the next slab is on its way while one is
   * looked at; a source that has to fetch is waited for.
   */
  slabsAsync(budget?: number, selection?: SelectionInput): AsyncGenerator<Slab> {
    const settle: Settle = (operation) => this.file.settle(operation)
    const dataset = this
    return aboutEachLater(this, async function* () {
      const { set, raw, reader } = await settle(() => dataset.#readable(selection))
      yield* rawSlabsAsync(raw, reader, settle, budget, set)
    })
  }

  /** As `raw`, with what `slabsAsync` does to be faster. */
  rawAsync(selection?: SelectionInput): Promise<Uint8Array> {
    const settle: Settle = (operation) => this.file.settle(operation)
    return aboutLater(this, async () => {
      const { set, reader } = await settle(() => this.#readable(selection))
      const bytes = reader.room(set)
      await readIntoAsync(reader, set, bytes, settle)
      return bytes
    })
  }

  #readable(selection: SelectionInput | undefined): { set: ElementSet; raw: RawDataset; reader: RawReader } {
    return { set: this.#select(selection).set, raw: this.#raw, reader: this.#read }
  }

  /** The bytes of all elements in C order, or of those of a selection, in the dataset's own type. */
  raw(selection?: SelectionInput | ElementSet): Uint8Array {
    return about(this, () => this.#read.read(this.#select(selection).set))
  }

  /** As `raw`, into bytes that have room for all elements; gives their number. */
  rawInto(target: Uint8Array, selection?: SelectionInput | ElementSet): number {
    return about(this, () => {
      const { set } = this.#select(selection)
      const length = set.size * this.type.size
      if (target.length < length) throw new SelectionError(`${length} bytes do not fit into ${target.length}`)
      this.#read.readInto(set, target.subarray(0, length))
      return set.size
    })
  }

  /**
   * All elements in C order, or those of a selection in its order, as JavaScript values (see decodeValues), converted
   * to another datatype where `as` says so:
   *
   *     dataset.read(undefined, { as: 'float64' })
   */
  read(selection?: SelectionInput, options: ReadOptions = {}): Values {
    return about(this, () => readValues(this.#stored(selection), this.file, options))
  }

  /** The elements of compounds, member by member: typed arrays for those that are numbers. */
  readColumns(selection?: SelectionInput, options: ReadOptions = {}): Columns {
    return about(this, () => readColumns(this.#stored(selection), this.file, options))
  }

  /** Numbers, converted to those that a typed array has, to its start; gives their number. */
  readInto(target: TypedNumbers, selection?: SelectionInput): number {
    return about(this, () => {
      const { set } = this.#select(selection)
      if (target.length < set.size) throw new SelectionError(`${set.size} elements do not fit into ${target.length}`)
      readInto({ type: this.type, bytes: this.#read.read(set), count: set.size }, target)
      return set.size
    })
  }

  #stored(selection: SelectionInput | undefined): { type: Datatype; bytes: Uint8Array; count: number } {
    const { set } = this.#select(selection)
    return { type: this.type, bytes: this.#read.read(set), count: set.size }
  }

  /** The shape of what a selection gives: without the axes along which it has a single coordinate. */
  shapeOf(selection: SelectionInput): number[] {
    return about(this, () => this.#select(selection).shape)
  }

  /** The one element of a scalar dataset, all elements in C order of an array, undefined where there is no element. */
  get value(): Value | Values | undefined {
    return plainValue(this.space, this.read())
  }

  /**
   * Writes values to all elements, or to those of a selection, in a file that is opened to be changed: nested lists or
   * values in C order, as many as are selected, or one for all of them.
   *
   * ```ts
   * import { createFile, editFile, slice } from '@h5kit/core/node'
   *
   * using made = createFile('series.h5')
   * made.createDataset('speed', { data: [1, 2, 3, 4], type: '<f8', maxShape: [null] })
   * made.close()
   * using file = editFile('series.h5')
   * const speed = file.dataset('speed')
   * speed.write(0, slice(1, 3))
   * speed.resize([6])
   * speed.write([5, 6], slice(4, 6))
   * speed.append([7, 8])
   * console.log(speed.read())
   * file.commit()
   * ```
   *
   * @throws WriteError where an element of a virtual dataset is mapped to no source that is there, or to several
   */
  write(values: ArrayData, selection?: SelectionInput): void {
    this.file.changes.write(this, values, selection)
  }

  /** As `write`, of bytes that are in the dataset's own type. */
  writeRaw(bytes: Uint8Array, selection?: SelectionInput): void {
    this.file.changes.writeRaw(this, bytes, selection)
  }

  /** Gives a dataset in chunks, or in other files, another size within its largest; new elements are filled, or found there. */
  resize(shape: readonly number[]): void {
    this.file.changes.resize(this, shape)
  }

  /** Makes the dataset longer along its first axis and writes values there: one row, or several. */
  append(values: ArrayData): void {
    this.file.changes.append(this, values)
  }

  /** Whether the dataset is a dimension scale. */
  get isScale(): boolean {
    return new FileScales(this).isScale
  }

  /** The name that the dataset has as a dimension scale; empty where it has none. */
  get scaleName(): string {
    return new FileScales(this).name
  }

  /**
   * The dimension scales of an axis, in the order in which they were attached.
   *
   * ```ts
   * import { createFile, openFile } from '@h5kit/core/node'
   *
   * const made = createFile('weather.h5')
   * made.createDataset('speed', { data: [[1.5, 2.5], [3.5, 4.5], [5.5, 6.5]] })
   * made.createDataset('time', { data: [0, 10, 20] })
   * made.close()
   *
   * const changed = openFile('weather.h5', 'r+')
   * changed.dataset('time').makeScale('seconds')
   * changed.dataset('speed').attachScale(0, changed.dataset('time'))
   * changed.dataset('speed').setDimensionLabel(0, 'time')
   * changed.close()
   *
   * using file = openFile('weather.h5')
   * const speed = file.dataset('speed')
   * for (const axis of speed.shape.keys()) {
   *   console.log(speed.dimensionLabel(axis), speed.scales(axis).map(({ path, scaleName }) => [path, scaleName]))
   * }
   * ```
   */
  scales(axis: number): Dataset[] {
    return about(this, () => onAxis(new FileScales(this).lists, axis).map((address) => datasetAt(this, address)))
  }

  /** The datasets that this one is a scale of, with the axis. */
  scaleUses(): { dataset: Dataset; axis: number }[] {
    const { uses } = new FileScales(this)
    return about(this, () => uses.map(({ dataset, axis }) => ({ dataset: datasetAt(this, dataset), axis })))
  }

  /** The label of an axis; empty where it has none. */
  dimensionLabel(axis: number): string {
    return about(this, () => onAxis(new FileScales(this).labels, axis))
  }

  /** Makes the dataset a dimension scale, with a name or without one. */
  makeScale(name = ''): void {
    about(this, () => makeScale(new FileScales(this), name))
  }

  /** Attaches a dimension scale to an axis; a dataset that is none becomes one. */
  attachScale(axis: number, scale: Dataset): void {
    about(this, () => attachScale(new FileScales(this), axis, new FileScales(scale, this)))
  }

  /** WriteError where the scale is not attached to the axis. */
  detachScale(axis: number, scale: Dataset): void {
    about(this, () => detachScale(new FileScales(this), axis, new FileScales(scale, this)))
  }

  setDimensionLabel(axis: number, text: string): void {
    about(this, () => setDimensionLabel(new FileScales(this), axis, text))
  }

  #select(selection: SelectionInput | ElementSet | undefined): ResolvedSelection {
    const { space } = this
    return resolveSelection(selection, space.kind === 'null' ? [0] : space.dimensions)
  }

  get #read(): RawReader {
    this.#renew()
    this.#reader ??= new RawReader(this.#raw)
    return this.#reader
  }

  /** What reading the elements stands on. */
  get rawDataset(): RawDataset {
    return about(this, () => this.#raw)
  }

  get #raw(): RawDataset {
    const { space, type, layout, filters, fill } = this.#described
    const segments = this.externalFiles
    const { state, writeTime } = this.fillSettings
    return {
      image: this.image,
      space,
      elementSize: type.size,
      layout,
      filters,
      fill,
      needsStorage: state === 'undefined' && writeTime !== NEVER,
      external:
        segments.length === 0 ? undefined : new ExternalSource(segments, (name) => this.file.others.rawData(name)),
      virtual: this.#extent && virtualReader(this.file, this.#described, this.mappings, this.#extent),
      cache: this.file.chunkCache,
    }
  }
}
