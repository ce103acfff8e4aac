import { stringType } from '../datatype/types.ts'
import type { Value } from '../datatype/values.ts'
import { UnsupportedError } from '../errors.ts'
import { NULL_TERMINATED } from '../format/messages/datatype.ts'
import { decodeText, encodeText } from '../io/text.ts'
import type { AttributeContent, DatasetDraft } from '../write/drafts.ts'
import { draftReference } from '../write/heap-target.ts'
import type { ScaleNotes, ScaleUse } from './dimension-scales.ts'
import { axesOf, SCALE_CLASS, scaleTypes } from './dimension-scales.ts'
import type { Workshop } from './new-dataset.ts'
import { newAttribute } from './new-dataset.ts'

/** The dimension scales of one new dataset. */
export class DraftScales implements ScaleNotes<DatasetDraft> {
  readonly dataset: DatasetDraft
  readonly path: string
  readonly #workshop: Workshop
  #lists: DatasetDraft[][]
  #labels: string[]
  #uses: ScaleUse<DatasetDraft>[] = []
  #name = ''

  constructor(workshop: Workshop, dataset: DatasetDraft, path: string) {
    this.#workshop = workshop
    this.dataset = dataset
    this.path = path
    const axes = Array.from({ length: axesOf(dataset.space.dimensions) })
    this.#lists = axes.map(() => [])
    this.#labels = axes.map(() => '')
    const copied = dataset.attributes.find(({ name }) => RESERVED.includes(name))
    if (copied !== undefined) {
      throw new UnsupportedError(`the attribute "${copied.name}" is known when the file is closed`, { path })
    }
  }

  get isScale(): boolean {
    const found = this.dataset.attributes.find(({ name }) => name === 'CLASS')
    if (found?.type.class !== 'string' || typeof found.data === 'function') return false
    return decodeText(found.data).replace(/\0.*$/, '') === SCALE_CLASS
  }

  /** The scale's name; empty where it has none. */
  get name(): string {
    return this.#name
  }

  mark(name: string): void {
    this.#name = name
    this.#putText('CLASS', SCALE_CLASS)
    if (name !== '') this.#putText('NAME', name)
  }

  get lists(): DatasetDraft[][] {
    return this.#lists.map((scales) => [...scales])
  }

  set lists(lists: DatasetDraft[][]) {
    this.#lists = lists
    const values: Value[] = lists.map((scales) => scales.map((each) => draftReference(each, undefined)))
    if (lists.some(({ length }) => length > 0)) this.#put('DIMENSION_LIST', values, scaleTypes.lists(), [lists.length])
    else this.#remove('DIMENSION_LIST')
  }

  get uses(): ScaleUse<DatasetDraft>[] {
    return [...this.#uses]
  }

  set uses(uses: ScaleUse<DatasetDraft>[]) {
    this.#uses = uses
    const values = uses.map(({ dataset, axis }) => ({ dataset: draftReference(dataset, undefined), dimension: axis }))
    if (uses.length > 0) this.#put('REFERENCE_LIST', values, scaleTypes.uses())
    else this.#remove('REFERENCE_LIST')
  }

  get labels(): string[] {
    return [...this.#labels]
  }

  set labels(labels: string[]) {
    this.#labels = labels
    this.#put('DIMENSION_LABELS', labels, scaleTypes.labels(labels))
  }

  #putText(name: string, text: string): void {
    this.#put(name, text, stringType(encodeText(text).length + 1, NULL_TERMINATED))
  }

  #put(name: string, value: Value, type: AttributeContent['type'], shape?: number[]): void {
    putAttribute(this.dataset, newAttribute(this.#workshop, name, value, { type, shape }))
  }

  #remove(name: string): void {
    const { attributes } = this.dataset
    const at = attributes.findIndex((each) => each.name === name)
    if (at >= 0) attributes.splice(at, 1)
  }
}

/** Attributes that tell of dimension scales by references to other objects, or with them. */
const RESERVED = ['DIMENSION_LIST', 'REFERENCE_LIST', 'DIMENSION_LABELS']

/** Puts an attribute in the place of one with its name, or behind the others. */
export function putAttribute(object: { attributes: AttributeContent[] }, attribute: AttributeContent): void {
  const at = object.attributes.findIndex(({ name }) => name === attribute.name)
  if (at < 0) object.attributes.push(attribute)
  else object.attributes[at] = attribute
}
