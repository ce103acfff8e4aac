import type { H5Object } from '@h5kit/core'
import { Hdf5Error } from '@h5kit/core'
import { diffAttributes } from './diff-attributes.ts'
import { sameInMemory } from './diff-comparable.ts'
import type { DiffContext } from './diff-context.ts'
import { diffDatasets } from './diff-datasets.ts'
import type { Target } from './diff-links.ts'
import { sameLink, targetOf } from './diff-links.ts'
import type { EntryKind } from './diff-listing.ts'
import { Exclusions } from './diff-match.ts'

const KINDS: Record<EntryKind, string> = {
  dataset: 'H5G_DATASET',
  group: 'H5G_GROUP',
  datatype: 'H5G_TYPE',
  link: 'H5G_LINK',
  'user-defined link': 'H5G_UDLINK',
}

type Two<T> = readonly [T, T]

function isLink(kind: EntryKind): kind is 'link' | 'user-defined link' {
  return kind === 'link' || kind === 'user-defined link'
}

/** Compares places that are in both files, one after the other. */
export class ObjectComparison {
  readonly #context: DiffContext
  readonly #withoutAttributes: Exclusions

  constructor(context: DiffContext) {
    this.#context = context
    this.#withoutAttributes = new Exclusions(context.options.excludedAttributes)
  }

  /**
   * Compares what is at two paths; returns the number of differences.
   *
   * @param same whether both are the same object, of which nothing else need be looked at
   */
  async compare(paths: Two<string>, listed: Two<EntryKind>, same: boolean): Promise<number> {
    const { report, outcome } = this.#context
    let kinds = listed
    let targets: Two<Target> | undefined
    if (listed.some(isLink)) {
      const found = this.#targets(paths)
      if (typeof found === 'number') return found
      targets = found
      kinds = [followed(targets[0], listed[0]), followed(targets[1], listed[1])]
    }
    const [kind, other] = kinds
    if (kind !== other) {
      report.notComparable(`<${paths[0]}> is of type ${KINDS[kind]} and <${paths[1]}> is of type ${KINDS[other]}`)
      outcome.notComparable = true
      return 0
    }
    if (isLink(kind)) return this.#links(kind, paths, targets)
    if (!same) return this.#objects(kind, paths)
    report.same(kind, ...paths)
    return 0
  }

  /** What links lead to; the number of differences where that is all there is to say. */
  #targets(paths: Two<string>): Two<Target> | number {
    const { files, options, report, fail } = this.#context
    const targets: Target[] = []
    for (const [side, path] of paths.entries()) {
      const target = targetOf(files[side], path, options.followSymlinks)
      targets.push(target)
      if (target.kind === 'unknown') {
        fail(`"${path}" cannot be looked at`)
        return 0
      }
      if (target.kind !== 'dangling' || !options.noDanglingLinks) continue
      report.warning(`<${path}> is a dangling link.`)
      fail(`"${path}" is a dangling link`)
      return 0
    }
    const [a, b] = targets
    if (a.kind !== 'dangling' && b.kind !== 'dangling') return [a, b]
    report.dangling(...paths, [a.kind === 'dangling', b.kind === 'dangling'])
    return a.kind === b.kind ? 0 : 1
  }

  #links(kind: 'link' | 'user-defined link', paths: Two<string>, targets: Two<Target> | undefined): number {
    const links = targets?.flatMap((target) => ('link' in target ? [target.link] : [])) ?? []
    const [a, b] = links
    if (a === undefined || b === undefined) return 0
    const found = sameLink(a, b) ? 0 : 1
    const external = a.kind === 'external' && b.kind === 'external'
    const called = kind === 'link' ? 'link' : external ? 'external link' : 'user defined link'
    this.#context.report.compared(called, ...paths, found)
    return found
  }

  async #objects(kind: H5Object['kind'], paths: Two<string>): Promise<number> {
    const { files, fail } = this.#context
    try {
      const objects = [files[0].get(paths[0]), files[1].get(paths[1])] as const
      const found = await this.#contents(kind, objects, paths)
      if (this.#withoutAttributes.excludes(paths[0], kind)) return found
      return found + diffAttributes(objects, paths, this.#context)
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
      fail(`${kind} ${paths[0]}: ${error.message}`)
      return 0
    }
  }

  async #contents(kind: H5Object['kind'], objects: Two<H5Object>, paths: Two<string>): Promise<number> {
    const { report } = this.#context
    const [a, b] = objects
    if (a.kind === 'dataset' && b.kind === 'dataset') {
      // What cannot be read is not begun.
      for (const { type, space } of [a, b]) void [type, space]
      report.open('dataset', ...paths)
      const found = await diffDatasets([a, b], paths, this.#context)
      report.close(found)
      return found
    }
    const differ = a.kind === 'datatype' && b.kind === 'datatype' && !sameInMemory(a.type, b.type)
    report.compared(kind, ...paths, differ ? 1 : 0)
    return differ ? 1 : 0
  }
}

/** What kind of object a link leads to where it is followed. */
function followed(target: Target, kind: EntryKind): EntryKind {
  return target.kind === 'link' && target.object !== undefined ? target.object.kind : kind
}
