import type { Value } from '../datatype/values.ts'
import { NotFoundError } from '../errors.ts'
import type { Selection } from '../format/dataspace-selection.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import type { DatasetDraft, GroupDraft, ObjectDraft, TypeDraft } from '../write/drafts.ts'
import { draftReference } from '../write/heap-target.ts'
import type { DatasetOptions, TypeInput, Workshop } from './new-dataset.ts'
import { newAttribute } from './new-dataset.ts'
import { DraftScales, putAttribute } from './new-scales.ts'
import type { ArrayData } from './new-values.ts'

/** What all objects of a file that is being made share. */
export interface Site extends Workshop {
  root: GroupDraft
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
    const { scales } = this.site
    const known = scales.get(this.draft) ?? new DraftScales(this.site, this.draft, this.path)
    scales.set(this.draft, known)
    return known
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
    return this.#dimensionScales.scales(axis).map(({ draft, path }) => new NewDataset(this.site, draft, path))
  }

  dimensionLabel(axis: number): string {
    return this.#dimensionScales.label(axis)
  }

  setDimensionLabel(axis: number, text: string): void {
    this.#dimensionScales.setLabel(axis, text)
  }
}
