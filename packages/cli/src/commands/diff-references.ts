import type { Attribute, H5Object, Reference } from '@h5kit/core'
import { Hdf5Error } from '@h5kit/core'
import { attempt } from '../render/attempt.ts'
import type { Compared } from '../render/diff/lines.ts'
import { diffRegions } from '../render/diff/regions.ts'
import { diffAttribute } from './diff-attributes.ts'
import type { DiffContext } from './diff-context.ts'
import { diffReferencedDatasets } from './diff-datasets.ts'

/** References to datasets with references, and so on, that are followed; more can only be damage or malice. */
const DEEPEST = 64

/** Compares what references lead to. */
export class ReferenceComparison {
  readonly #context: DiffContext
  #depth = 0

  constructor(context: DiffContext) {
    this.#context = context
  }

  /** The number of differences between what two references lead to. */
  follow(a: Reference, b: Reference, compared: Compared): number {
    const { fail } = this.#context
    if (this.#depth === DEEPEST) {
      fail(`more than ${DEEPEST} references lead to one another`)
      return 0
    }
    this.#depth++
    try {
      return this.#compare(a, b, compared)
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
      fail(`a reference in ${compared.names[0]}: ${error.message}`)
      return 0
    } finally {
      this.#depth--
    }
  }

  #compare(a: Reference, b: Reference, { names }: Compared): number {
    const { files, report, fail } = this.#context
    switch (a.kind) {
      case 'object': {
        const objects = [files[0].follow(a), files[1].follow(b)] as const
        return this.#objects(objects[0], objects[1], names)
      }
      case 'region': {
        const objects = [attempt(() => files[0].follow(a)), attempt(() => files[1].follow(b))]
        const [one, other] = objects
        if (one === undefined || other === undefined) return 0
        if (b.kind !== 'region') {
          fail(`references in ${names[0]} lead to elements and to a whole ${other.kind}`)
          return 0
        }
        const sides = [
          { object: one, selection: a.selection },
          { object: other, selection: b.selection },
        ] as const
        const found = diffRegions(sides[0], sides[1], report)
        if (found === undefined) this.#context.outcome.notComparable = true
        return found ?? 0
      }
      case 'attribute': {
        const attributes = [this.#attribute(0, a), this.#attribute(1, b)]
        const [one, other] = attributes
        if (one === undefined) report.say('Warning: Cannot open referenced attribute1')
        else if (other === undefined) report.say('Warning: Cannot open referenced attribute2')
        else return diffAttribute(one, other, names, this.#context)
        return 0
      }
    }
  }

  #attribute(side: 0 | 1, reference: Reference): Attribute | undefined {
    if (reference.kind !== 'attribute') return undefined
    return attempt(() => this.#context.files[side].follow(reference).attribute(reference.name))
  }

  #objects(a: H5Object, b: H5Object, names: readonly [string, string]): number {
    const { report, outcome, fail } = this.#context
    const called = `referenced: <${names[0]}> and <${names[1]}>`
    if (a.kind !== b.kind) {
      report.unfinished(`Different object types ${called}`)
      outcome.notComparable = true
      fail(`references in ${names[0]} lead to a ${a.kind} and a ${b.kind}`)
      return 0
    }
    if (a.kind === 'dataset' && b.kind === 'dataset') return diffReferencedDatasets([a, b], names, this.#context)
    report.warning(
      `Comparison not possible of ${a.kind === 'group' ? 'group' : 'named datatypes'} object types ${called}`,
    )
    outcome.notComparable = true
    return 0
  }
}
