import type { HeaderSpace } from '@h5kit/core'
import { encodedTypeSize, LIBRARY_FILTERS, typeLabel } from '@h5kit/core'
import type { StatOptions, StatSection } from '../../options/stat.ts'
import type { Distribution, Tally } from './tally.ts'
import { metadataTotal, unaccounted } from './tally.ts'

/** One JSON object with the parts that are asked for; sizes are in bytes. */
export function statJson(tally: Tally, options: StatOptions): string {
  const { sections } = options
  const parts = Object.entries(PARTS)
    .filter(([section]) => sections === undefined || sections.has(section as StatSection))
    .map(([section, part]) => [PART_NAMES[section as StatSection], part(tally)])
  return `${JSON.stringify({ file: options.file, size: Number(tally.fileSize), ...Object.fromEntries(parts) }, undefined, 2)}\n`
}

const PART_NAMES: Record<StatSection, string> = {
  file: 'objects',
  'file-metadata': 'metadata',
  group: 'groups',
  'group-metadata': 'groupMetadata',
  dataset: 'datasets',
  'dataset-metadata': 'datasetMetadata',
  datatype: 'datatypes',
  attribute: 'attributes',
  'free-space': 'freeSpace',
  summary: 'summary',
}

const PARTS: Record<StatSection, (tally: Tally) => unknown> = {
  file: (tally) => ({
    groups: tally.groups,
    datasets: tally.datasets,
    namedDatatypes: tally.datatypes,
    softAndExternalLinks: tally.links,
    other: tally.others,
    mostLinksToObject: tally.mostLinks,
    mostLinksInGroup: tally.groupLinks.most,
  }),
  'file-metadata': (tally) => ({
    ...(tally.fileSizes ?? {}),
    userBlock: tally.userBlock,
    objectHeaders: tally.headers,
    groupIndexes: tally.groupIndex,
    groupHeaps: tally.groupHeap,
    attributeIndexes: tally.attributeIndex,
    attributeHeaps: tally.attributeHeap,
    chunkIndexes: tally.chunkIndex,
    datasetHeaps: tally.datasetHeap,
  }),
  group: ({ groupLinks }) => ({ links: distribution(groupLinks) }),
  'group-metadata': ({ headers, groupIndex, groupHeap }) => metadata(headers.groups, groupIndex, groupHeap),
  dataset: (tally) => ({
    ranks: pairs(tally.ranks, 'rank'),
    elementsOfOneDimension: distribution(tally.dimensions),
    rawData: tally.rawData,
    externalRawData: tally.externalRawData,
    externalFiles: tally.externalFiles,
    layouts: tally.layouts,
    filters: Object.fromEntries(FILTERS.map((name, i) => [name, tally.filters[i]])),
  }),
  'dataset-metadata': ({ headers, chunkIndex, datasetHeap }) => metadata(headers.datasets, chunkIndex, datasetHeap),
  datatype: ({ types }) =>
    types.map(({ type, count, named }) => ({
      type: typeLabel(type),
      size: type.size,
      descriptionSize: encodedTypeSize(type),
      datasets: count,
      named,
    })),
  attribute: ({ attributes }) => ({ objects: distribution(attributes) }),
  'free-space': ({ space, freeSections }) => ({
    persisting: space.persisting,
    threshold: space.threshold,
    sections: distribution(freeSections),
  }),
  summary: (tally) => ({
    strategy: STRATEGIES[tally.space.strategy],
    pageSize: tally.space.pageSize,
    metadata: metadataTotal(tally),
    rawData: tally.rawData,
    freeSpace: tally.fileSizes?.freeSpace ?? 0,
    unaccounted: Number(unaccounted(tally)),
  }),
}

const FILTERS = ['none', ...Object.values(LIBRARY_FILTERS), 'other']

const STRATEGIES = ['fsm-aggr', 'page', 'aggr', 'none']

function metadata(objectHeaders: HeaderSpace, index: number, heap: number): unknown {
  return { objectHeaders, index, heap }
}

function pairs(counts: ReadonlyMap<number, number>, name: string): unknown[] {
  return [...counts].sort(([a], [b]) => a - b).map(([value, count]) => ({ [name]: value, count }))
}

function distribution({ small, bins, most }: Distribution): unknown {
  return {
    most,
    small: pairs(small, 'value'),
    bins: bins
      .map((count, bin) => ({ from: bin === 0 ? 0 : 10 ** (bin - 1), to: bin === 0 ? 0 : 10 ** bin - 1, count }))
      .filter(({ count }) => count > 0),
  }
}
