import type { Dataset, Datatype, FileSizes, HeaderSpace } from '@h5kit/core'
import { sameType } from '@h5kit/core'

/** How often numbers come, one by one where they are small, else by powers of ten. */
export class Distribution {
  /** The smallest number that is not small. */
  readonly limit: number
  /** How often each small number comes. */
  readonly small = new Map<number, number>()
  /** How often 0 comes, then numbers below 10, below 100, ... */
  readonly bins: number[] = []
  /** The largest one; 0 where there is none. */
  most = 0

  constructor(limit: number) {
    this.limit = limit
  }

  add(number: number): void {
    if (number < this.limit) this.small.set(number, (this.small.get(number) ?? 0) + 1)
    if (number > this.most) this.most = number
    let bin = 0
    for (let power = 1; number >= power; power *= 10) bin++
    while (this.bins.length <= bin) this.bins.push(0)
    this.bins[bin]++
  }
}

/** Datasets of one datatype. */
export interface TypeCount {
  type: Datatype
  count: number
  /** Of them those that use a committed one. */
  named: number
}

export type LayoutKind = Dataset['layout']['kind']

/** What is counted of a file. */
export interface Tally {
  fileSize: number | bigint
  userBlock: number
  /** Undefined where it cannot be read. */
  fileSizes: FileSizes | undefined
  space: { strategy: number; persisting: boolean; threshold: number; pageSize: number }
  /** Sizes of the sections of free space. */
  freeSections: Distribution
  groups: number
  datasets: number
  datatypes: number
  /** Soft and external links. */
  links: number
  others: number
  /** Hard links to one object, at most. */
  mostLinks: number
  headers: { groups: HeaderSpace; datasets: HeaderSpace; datatypes: HeaderSpace }
  groupLinks: Distribution
  groupIndex: number
  groupHeap: number
  attributes: Distribution
  attributeIndex: number
  attributeHeap: number
  /** Datasets by their rank. */
  ranks: Map<number, number>
  /** Elements of datasets of one dimension. */
  dimensions: Distribution
  /** What the reference takes for the most of them: its count of datasets of rank 32 is in the same place. */
  mostElements: number
  layouts: Record<LayoutKind, number>
  /** Datasets by filter number; 0 those without, OTHER_FILTER those of no filter with a name here. */
  filters: number[]
  types: TypeCount[]
  rawData: number
  externalRawData: number
  externalFiles: number
  chunkIndex: number
  datasetHeap: number
}

/** Filters 1 to 6 have names; the rest is counted under this number. */
export const OTHER_FILTER = 7

/** The count of a datatype, which is a new one where no dataset had the type before. */
export function countOf(types: TypeCount[], type: Datatype): TypeCount {
  const known = types.find((each) => each.type === type) ?? types.find((each) => sameType(each.type, type))
  if (known !== undefined) return known
  const added = { type, count: 0, named: 0 }
  types.push(added)
  return added
}

/** Sections of free space below this size are listed one by one. */
export const SMALL_SECTION = 10

/** What of the file is neither metadata, raw data nor free space that is known of; below zero where there is more of them. */
export function unaccounted(tally: Tally): bigint {
  return BigInt(tally.fileSize) - BigInt(accounted(tally))
}

/** Metadata, raw data and free space that is known of. */
export function accounted(tally: Tally): number {
  return metadataTotal(tally) + tally.rawData + (tally.fileSizes?.freeSpace ?? 0)
}

/** Metadata that the file's structures account for. */
export function metadataTotal(tally: Tally): number {
  const { headers, fileSizes } = tally
  const own =
    fileSizes === undefined
      ? 0
      : fileSizes.superblock +
        fileSizes.extension +
        fileSizes.sharedMessageTable +
        fileSizes.sharedMessageIndex +
        fileSizes.sharedMessageHeap +
        fileSizes.freeSpaceManagers
  return (
    own +
    tally.userBlock +
    headers.groups.total +
    headers.datasets.total +
    headers.datatypes.total +
    tally.groupIndex +
    tally.groupHeap +
    tally.attributeIndex +
    tally.attributeHeap +
    tally.chunkIndex +
    tally.datasetHeap
  )
}
