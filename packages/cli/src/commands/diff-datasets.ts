import { Hdf5Error } from '@h5kit/core'
import type { Comparable } from './diff-comparable.ts'
import { areComparable, sameStructure, shapesOf, signOf } from './diff-comparable.ts'
import type { DiffContext } from './diff-context.ts'
import type { DatasetPlan, Pair } from './diff-elements.ts'
import { DatasetComparison, memoryTypes, refuseTimes } from './diff-elements.ts'
import { subsetPasses, wholePass } from './diff-passes.ts'

/** What the last name of a path is, slashes behind it included. */
function baseName(path: string): string {
  return /[^/]*\/*$/.exec(path)?.[0] ?? path
}

/** Compares the elements of two datasets; returns the number of differences. */
export async function diffDatasets(
  pair: Pair,
  names: readonly [string, string],
  context: DiffContext,
): Promise<number> {
  if (context.options.structureOnly) {
    const [a, b] = comparables(pair, names)
    return sameStructure(a, b, context.report) ? 0 : 1
  }
  const comparison = begin(pair, names, context)
  if (comparison === undefined) return 0
  try {
    await comparison.runAsync()
  } catch (error) {
    failed(error, context)
  }
  return comparison.found
}

/** As `diffDatasets`, for datasets that elements of others refer to. */
export function diffReferencedDatasets(pair: Pair, names: readonly [string, string], context: DiffContext): number {
  const comparison = begin(pair, names, context)
  if (comparison === undefined) return 0
  try {
    comparison.run()
  } catch (error) {
    failed(error, context)
  }
  return comparison.found
}

function failed(error: unknown, context: DiffContext): void {
  if (!(error instanceof Hdf5Error)) throw error
  const place = error.path === undefined ? '' : `${error.path}: `
  context.fail(`${place}${error.message}`)
}

/** The comparison of two datasets; undefined where they cannot be compared. */
function begin(pair: Pair, names: readonly [string, string], context: DiffContext): DatasetComparison | undefined {
  try {
    const plan = planDatasets(pair, names, context)
    return plan && new DatasetComparison(plan, context)
  } catch (error) {
    failed(error, context)
    return undefined
  }
}

function comparables(pair: Pair, names: readonly [string, string]): Comparable[] {
  return pair.map((dataset, i) => ({ name: names[i], type: dataset.type, ...shapesOf(dataset.space) }))
}

/** Finds out whether two datasets can be compared, and how; undefined where they cannot. */
function planDatasets(pair: Pair, names: readonly [string, string], context: DiffContext): DatasetPlan | undefined {
  const { report, outcome, options } = context
  const unreadable = pair.findIndex(({ missingFilter }) => missingFilter !== undefined)
  if (unreadable >= 0) {
    // Whatever else there is to say of them: the reference does not even look at their shapes.
    context.fail(`dataset <${names[unreadable]}> cannot be read, user defined filter is not available`)
    outcome.notComparable = true
    return undefined
  }
  report.lines.characters = false
  const sides = comparables(pair, names)
  const [a, b] = sides
  let comparable = true
  if (pair.some((dataset) => dataset.storageSize === 0)) {
    if (pair.some(({ layout }) => layout.kind === 'virtual')) {
      report.emptyVirtual(`<${names[0]}> or <${names[1]}> is a virtual dataset`)
    } else {
      report.notComparable(`<${names[0]}> or <${names[1]}> is an empty dataset`)
      comparable = false
    }
  }
  if (!areComparable(a, b, report)) comparable = false
  if (comparable) {
    const signs = sides.map(({ type }) => signOf(type))
    if (signs[0] !== signs[1]) {
      report.notComparable(`<${names[0]}> has sign ${signs[0]} and <${names[1]}> has sign ${signs[1]}`)
      comparable = false
    }
  }
  if (!comparable) outcome.notComparable = true
  refuseTimes(a.type)
  refuseTimes(b.type)
  if (!comparable) return undefined
  const types = memoryTypes(a.type, b.type)
  const [size, other] = types.map(({ memory }) => memory.size)
  const elementSize = Math.min(size, other)
  const { subsets } = options
  return {
    pair,
    types,
    passes: subsets.some((each) => each !== undefined)
      ? subsetPasses(subsets, a.shape, elementSize)
      : [wholePass(a.shape, elementSize, Math.max(size, other))],
    names: [baseName(names[0]), baseName(names[1])],
    shape: a.shape,
  }
}
