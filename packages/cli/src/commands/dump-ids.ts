import type { DumpOptions } from '../options/dump.ts'

type Kind = 'group' | 'dataset' | 'datatype' | 'attribute'

/** What the library's identifiers of a kind begin with. */
const FIRST: Record<Kind, bigint> = { group: 2n << 56n, dataset: 5n << 56n, datatype: 3n << 56n, attribute: 7n << 56n }

/**
 * Numbers of objects as the reference shows them: those of the identifiers that the C library would have given out.
 * It gives one out whenever it opens something, and one more for each pass over links or attributes.
 */
export class ObjectIds {
  readonly #next: Record<Kind, bigint>

  /** @param datasets number of datasets that were looked at before the dump began */
  constructor(_options: DumpOptions, datasets: number) {
    this.#next = {
      group: FIRST.group + 1n,
      dataset: FIRST.dataset + BigInt(datasets),
      datatype: FIRST.datatype,
      attribute: FIRST.attribute,
    }
  }

  /** The number of something that is opened. */
  next(kind: Kind): string {
    return String(this.#next[kind]++)
  }

  /** A pass over the links or attributes of something. */
  pass(kind: Kind): void {
    this.#next[kind]++
  }
}
