import {
  compoundType,
  integerType,
  referenceType,
  sequenceType,
  stringType,
  variableStringType,
} from '../datatype/types.ts'
import type { Value } from '../datatype/values.ts'
import { WriteError } from '../errors.ts'
import { ASCII, NULL_TERMINATED } from '../format/messages/datatype.ts'
import type { AttributeContent, DatasetDraft } from '../write/drafts.ts'
import { draftReference } from '../write/heap-target.ts'
import type { Workshop } from './new-dataset.ts'
import { newAttribute } from './new-dataset.ts'

/** The attribute CLASS of a dimension scale. */
export const SCALE_CLASS = 'DIMENSION_SCALE'

/** What one element of REFERENCE_LIST is: a dataset that a scale is attached to, and to which of its axes. */
export const SCALE_USE = compoundType([
  { name: 'dataset', type: referenceType('object') },
  { name: 'dimension', type: integerType(4, true) },
])

/** The dimension scales of one new dataset, as H5DS keeps them in attributes. */
export class DraftScales {
  readonly draft: DatasetDraft
  readonly path: string
  readonly #workshop: Workshop
  /** The scales of each axis. */
  readonly #scales: DraftScales[][]
  readonly #labels: string[]
  /** Datasets that this one is a scale of. */
  readonly #uses: { dataset: DatasetDraft; axis: number }[] = []

  constructor(workshop: Workshop, draft: DatasetDraft, path: string) {
    this.#workshop = workshop
    this.draft = draft
    this.path = path
    this.#scales = draft.space.dimensions.map(() => [])
    this.#labels = draft.space.dimensions.map(() => '')
  }

  get isScale(): boolean {
    return this.draft.attributes.some(({ name }) => name === 'CLASS')
  }

  /** Marks the dataset as a scale. */
  make(name: string): void {
    if (this.#has('DIMENSION_LIST')) throw new WriteError('a dataset with scales cannot be one')
    this.#put('CLASS', SCALE_CLASS, stringType(SCALE_CLASS.length + 1, NULL_TERMINATED))
    if (name === '') return
    this.#put('NAME', name, stringType(new TextEncoder().encode(name).length + 1, NULL_TERMINATED))
  }

  attach(axis: number, scale: DraftScales): void {
    const scales = this.#axis(axis)
    if (this.isScale) throw new WriteError('a dimension scale has no scales')
    if (!scale.isScale) scale.make('')
    if (scales.includes(scale)) return
    scales.push(scale)
    scale.#uses.push({ dataset: this.draft, axis })
    this.#update()
    scale.#update()
  }

  detach(axis: number, scale: DraftScales): void {
    const scales = this.#axis(axis)
    const at = scales.indexOf(scale)
    if (at < 0) throw new WriteError(`the dataset is no scale of axis ${axis}`)
    scales.splice(at, 1)
    const use = scale.#uses.findIndex((each) => each.dataset === this.draft && each.axis === axis)
    scale.#uses.splice(use, 1)
    this.#update()
    scale.#update()
  }

  scales(axis: number): readonly DraftScales[] {
    return this.#axis(axis)
  }

  label(axis: number): string {
    this.#axis(axis)
    return this.#labels[axis]
  }

  setLabel(axis: number, text: string): void {
    this.#axis(axis)
    this.#labels[axis] = text
    const type = { ...variableStringType(ASCII), padding: NULL_TERMINATED }
    this.#put('DIMENSION_LABELS', [...this.#labels], type)
  }

  #axis(axis: number): DraftScales[] {
    const scales = this.#scales[axis]
    if (scales === undefined) throw new WriteError(`no axis ${axis} in a dataset of ${this.#scales.length} dimensions`)
    return scales
  }

  #update(): void {
    const lists: Value[] = this.#scales.map((scales) => scales.map((each) => draftReference(each.draft, undefined)))
    const any = this.#scales.some((scales) => scales.length > 0)
    if (any) this.#put('DIMENSION_LIST', lists, sequenceType(referenceType('object')), [lists.length])
    else this.#remove('DIMENSION_LIST')
    const uses = this.#uses.map(({ dataset, axis }) => ({
      dataset: draftReference(dataset, undefined),
      dimension: axis,
    }))
    if (uses.length > 0) this.#put('REFERENCE_LIST', uses, SCALE_USE)
    else this.#remove('REFERENCE_LIST')
  }

  #has(name: string): boolean {
    return this.draft.attributes.some((each) => each.name === name)
  }

  #put(name: string, value: Value, type: AttributeContent['type'], shape?: number[]): void {
    putAttribute(this.draft, newAttribute(this.#workshop, name, value, { type, shape }))
  }

  #remove(name: string): void {
    const { attributes } = this.draft
    const at = attributes.findIndex((each) => each.name === name)
    if (at >= 0) attributes.splice(at, 1)
  }
}

/** Puts an attribute in the place of one with its name, or behind the others. */
export function putAttribute(object: { attributes: AttributeContent[] }, attribute: AttributeContent): void {
  const at = object.attributes.findIndex(({ name }) => name === attribute.name)
  if (at < 0) object.attributes.push(attribute)
  else object.attributes[at] = attribute
}
