import { compoundType, integerType, referenceType, sequenceType, variableStringType } from '../datatype/types.ts'
import { WriteError } from '../errors.ts'
import type { CompoundType, Datatype } from '../format/messages/datatype.ts'
import { ASCII, NULL_TERMINATED, UTF8 } from '../format/messages/datatype.ts'
import { encodeText } from '../io/text.ts'

/** The attribute CLASS of a dimension scale. */
export const SCALE_CLASS = 'DIMENSION_SCALE'

/** An axis of a dataset that a scale is attached to. */
export interface ScaleUse<D> {
  dataset: D
  axis: number
}

/** What H5DS keeps of dimension scales in the attributes of one dataset. `D` tells datasets apart. */
export interface ScaleNotes<D> {
  readonly dataset: D
  /** Whether CLASS says that the dataset is a scale. */
  readonly isScale: boolean
  /** DIMENSION_LIST: the scales of each axis, in the order in which they were attached. */
  lists: D[][]
  /** REFERENCE_LIST: what the dataset is a scale of. */
  uses: ScaleUse<D>[]
  /** DIMENSION_LABELS: one text for each axis. */
  labels: string[]
  /** Puts CLASS and, where the scale has a name, NAME. */
  mark(name: string): void
}

/** The types of the attributes, where there are none yet. */
export const scaleTypes = {
  lists: (): Datatype => sequenceType(referenceType('object')),
  uses: (): CompoundType =>
    compoundType([
      { name: 'dataset', type: referenceType('object') },
      { name: 'dimension', type: integerType(4, false) },
    ]),
  labels: (texts: readonly string[]): Datatype => {
    const plain = texts.every((text) => encodeText(text).length === text.length)
    return { ...variableStringType(plain ? ASCII : UTF8), padding: NULL_TERMINATED }
  },
}

/** A scalar has one axis, as far as scales are concerned. */
export function axesOf(shape: readonly number[]): number {
  return Math.max(1, shape.length)
}

export function makeScale<D>(notes: ScaleNotes<D>, name: string): void {
  if (hasScales(notes)) throw new WriteError('a dataset with dimension scales cannot be one')
  notes.mark(name)
}

/** Attaches a scale to an axis; a dataset that is none becomes one. */
export function attachScale<D>(to: ScaleNotes<D>, axis: number, scale: ScaleNotes<D>): void {
  const { lists } = to
  const scales = onAxis(lists, axis)
  if (to.dataset === scale.dataset) throw new WriteError('a dataset cannot be its own dimension scale')
  if (to.isScale) throw new WriteError('a dimension scale cannot have dimension scales')
  if (!scale.isScale) makeScale(scale, '')
  if (scales.includes(scale.dataset)) return
  scales.push(scale.dataset)
  to.lists = lists
  scale.uses = [...scale.uses, { dataset: to.dataset, axis }]
}

export function detachScale<D>(from: ScaleNotes<D>, axis: number, scale: ScaleNotes<D>): void {
  const { lists } = from
  const scales = onAxis(lists, axis)
  const at = scales.indexOf(scale.dataset)
  if (at < 0) throw new WriteError(`the dataset is no dimension scale of axis ${axis}`)
  scales.splice(at, 1)
  from.lists = lists
  scale.uses = scale.uses.filter((use) => use.dataset !== from.dataset || use.axis !== axis)
}

export function setDimensionLabel<D>(notes: ScaleNotes<D>, axis: number, text: string): void {
  const { labels } = notes
  onAxis(labels, axis)
  labels[axis] = text
  notes.labels = labels
}

/** What there is of one axis. */
export function onAxis<T>(axes: readonly T[], axis: number): T {
  if (!Number.isInteger(axis) || axis < 0 || axis >= axes.length) {
    throw new WriteError(`no axis ${axis} in a dataset of ${axes.length} dimensions`)
  }
  return axes[axis]
}

function hasScales<D>({ lists }: ScaleNotes<D>): boolean {
  return lists.some((scales) => scales.length > 0)
}
