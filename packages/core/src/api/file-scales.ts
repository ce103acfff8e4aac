import { stringType } from '../datatype/types.ts'
import type { Value, Values } from '../datatype/values.ts'
import { FormatError, UnsupportedError, WriteError } from '../errors.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import { NULL_TERMINATED } from '../format/messages/datatype.ts'
import type { Reference } from '../format/reference.ts'
import { encodeText } from '../io/text.ts'
import type { Attribute } from './attribute.ts'
import type { Dataset } from './dataset.ts'
import type { ScaleNotes, ScaleUse } from './dimension-scales.ts'
import { axesOf, SCALE_CLASS, scaleTypes } from './dimension-scales.ts'
import type { ArrayData } from './new-values.ts'

/** The dimension scales of a dataset in a file; datasets are told apart by their addresses. */
export class FileScales implements ScaleNotes<number> {
  readonly #dataset: Dataset

  /** @param beside a dataset of the file that has to be the same */
  constructor(dataset: Dataset, beside = dataset) {
    if (dataset.file !== beside.file) {
      throw new WriteError(`"${dataset.path}" is in another file, and so no dimension scale here`)
    }
    this.#dataset = dataset
  }

  get dataset(): number {
    return this.#dataset.address
  }

  get isScale(): boolean {
    const found = this.#find('CLASS')
    return found?.type.class === 'string' && found.value === SCALE_CLASS
  }

  /** The scale's name; empty where it has none. */
  get name(): string {
    const name = this.#find('NAME')?.value
    return typeof name === 'string' ? name : ''
  }

  mark(name: string): void {
    this.#putText('CLASS', SCALE_CLASS)
    if (name !== '') this.#putText('NAME', name)
  }

  get lists(): number[][] {
    const axes = axesOf(this.#dataset.shape)
    const found = this.#find('DIMENSION_LIST')
    if (found === undefined) return Array.from({ length: axes }, () => [])
    const { type } = found
    const suits = type.class === 'variable-length' && type.base.class === 'reference'
    const lists = suits ? Array.from(found.read() as ArrayLike<Value>) : []
    if (lists.length !== axes) throw this.#broken('DIMENSION_LIST')
    return lists.map((each) => Array.from(each as ArrayLike<Value>).flatMap((value) => addressOf(value) ?? []))
  }

  set lists(lists: number[][]) {
    const values = lists.map((scales) => scales.map(referenceTo))
    if (lists.some(({ length }) => length > 0)) {
      this.#put('DIMENSION_LIST', values, scaleTypes.lists(), [lists.length])
    } else this.#remove('DIMENSION_LIST')
  }

  get uses(): ScaleUse<number>[] {
    const found = this.#find('REFERENCE_LIST')
    if (found === undefined) return []
    const { type } = found
    const suits = type.class === 'compound' && type.members[0]?.type.class === 'reference'
    const names = suits ? type.members.map(({ name }) => name) : []
    if (names.length !== 2) throw this.#broken('REFERENCE_LIST')
    return Array.from(found.read() as ArrayLike<Value>).flatMap((each) => {
      const record = each as Record<string, Value>
      const dataset = addressOf(record[names[0]])
      return dataset === undefined ? [] : [{ dataset, axis: Number(record[names[1]]) }]
    })
  }

  set uses(uses: ScaleUse<number>[]) {
    const found = this.#find('REFERENCE_LIST')?.type
    const type = found?.class === 'compound' ? found : scaleTypes.uses()
    const [dataset, axis] = type.members.map(({ name }) => name)
    const values = uses.map((use) => ({ [dataset]: referenceTo(use.dataset), [axis]: use.axis }))
    if (uses.length > 0) this.#put('REFERENCE_LIST', values, type, [uses.length])
    else this.#remove('REFERENCE_LIST')
  }

  get labels(): string[] {
    const found = this.#find('DIMENSION_LABELS')
    const labels = found?.type.class === 'string' || isVariableString(found?.type) ? [...strings(found?.read())] : []
    return Array.from({ length: axesOf(this.#dataset.shape) }, (_, axis) => labels[axis] ?? '')
  }

  set labels(labels: string[]) {
    this.#put('DIMENSION_LABELS', labels, scaleTypes.labels(labels), [labels.length])
  }

  #find(name: string): Attribute | undefined {
    return this.#dataset.hasAttribute(name) ? this.#dataset.attribute(name) : undefined
  }

  /** An attribute that is there keeps its type: references may be of either kind. */
  #put(name: string, value: ArrayData, usual: Datatype, shape: number[]): void {
    const type = name === 'DIMENSION_LABELS' ? usual : (this.#find(name)?.type ?? usual)
    this.#dataset.createAttribute(name, value, { type, shape })
  }

  #putText(name: string, text: string): void {
    this.#dataset.createAttribute(name, text, { type: stringType(encodeText(text).length + 1, NULL_TERMINATED) })
  }

  #remove(name: string): void {
    if (this.#dataset.hasAttribute(name)) this.#dataset.deleteAttribute(name)
  }

  #broken(name: string): FormatError {
    const { path, file } = this.#dataset
    return new FormatError(`the attribute "${name}" is not one of dimension scales`, { path, file: file.name })
  }
}

/** The dataset at an address in a dataset's file. */
export function datasetAt({ file }: Dataset, address: number): Dataset {
  const found = file.object(address, file.pathOf(address))
  if (found.kind === 'dataset') return found
  throw new FormatError('a dimension scale that is no dataset', { address })
}

function referenceTo(address: number): Reference {
  return { kind: 'object', file: undefined, address }
}

/** Where a reference leads in this file; undefined where it leads nowhere. */
function addressOf(value: Value): number | undefined {
  if (typeof value !== 'object' || value === null || !('address' in value)) return undefined
  const { address, file } = value as Reference
  if (file !== undefined) throw new UnsupportedError('a dimension scale in another file')
  return address
}

function isVariableString(type: Datatype | undefined): boolean {
  return type?.class === 'variable-length' && type.kind === 'string'
}

function strings(values: Values | undefined): string[] {
  return Array.from((values ?? []) as ArrayLike<Value>, (value) => (typeof value === 'string' ? value : ''))
}
