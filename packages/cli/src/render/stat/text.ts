import type { HeaderSpace } from '@h5kit/core'
import { encodedTypeSize, inMemory } from '@h5kit/core'
import type { StatOptions, StatSection } from '../../options/stat.ts'
import type { Distribution, Tally } from './tally.ts'
import { accounted, metadataTotal, OTHER_FILTER, SMALL_SECTION, unaccounted } from './tally.ts'

/** How the parts of a report are put into text, in their order. */
const TEXTS: readonly [StatSection, (tally: Tally, options: StatOptions) => string[]][] = [
  ['file', fileLines],
  ['file-metadata', fileMetadataLines],
  ['group', groupLines],
  ['group-metadata', groupMetadataLines],
  ['dataset', datasetLines],
  ['datatype', datatypeLines],
  ['dataset-metadata', datasetMetadataLines],
  ['attribute', attributeLines],
  ['free-space', freeSpaceLines],
  ['summary', summaryLines],
]

/** Parts that are left out where everything is asked for: they are in others. */
const REPEATED = new Set<StatSection>(['group-metadata', 'dataset-metadata'])

export function statText(tally: Tally, options: StatOptions): string {
  const { sections } = options
  const asked = (section: StatSection): boolean =>
    sections === undefined ? !REPEATED.has(section) : sections.has(section)
  const lines = TEXTS.filter(([section]) => asked(section)).flatMap(([, text]) => text(tally, options))
  return lines.map((line) => `${line}\n`).join('')
}

function fileLines(tally: Tally): string[] {
  return [
    'File information',
    `\t# of unique groups: ${tally.groups}`,
    `\t# of unique datasets: ${tally.datasets}`,
    `\t# of unique named datatypes: ${tally.datatypes}`,
    `\t# of unique links: ${tally.links}`,
    `\t# of unique other: ${tally.others}`,
    `\tMax. # of links to object: ${tally.mostLinks}`,
    `\tMax. # of objects in group: ${tally.groupLinks.most}`,
  ]
}

function slashed({ total, free }: HeaderSpace): string {
  return `${total}/${free}`
}

function fileMetadataLines(tally: Tally): string[] {
  const { fileSizes, headers } = tally
  return [
    'File space information for file metadata (in bytes):',
    `\tSuperblock: ${fileSizes?.superblock ?? 0}`,
    `\tSuperblock extension: ${fileSizes?.extension ?? 0}`,
    `\tUser block: ${tally.userBlock}`,
    '\tObject headers: (total/unused)',
    `\t\tGroups: ${slashed(headers.groups)}`,
    `\t\tDatasets(exclude compact data): ${slashed(headers.datasets)}`,
    `\t\tDatatypes: ${slashed(headers.datatypes)}`,
    '\tGroups:',
    `\t\tB-tree/List: ${tally.groupIndex}`,
    `\t\tHeap: ${tally.groupHeap}`,
    '\tAttributes:',
    `\t\tB-tree/List: ${tally.attributeIndex}`,
    `\t\tHeap: ${tally.attributeHeap}`,
    '\tChunked datasets:',
    `\t\tIndex: ${tally.chunkIndex}`,
    '\tDatasets:',
    `\t\tHeap: ${tally.datasetHeap}`,
    '\tShared Messages:',
    `\t\tHeader: ${fileSizes?.sharedMessageTable ?? 0}`,
    `\t\tB-tree/List: ${fileSizes?.sharedMessageIndex ?? 0}`,
    `\t\tHeap: ${fileSizes?.sharedMessageHeap ?? 0}`,
    '\tFree-space managers:',
    `\t\tHeader: ${fileSizes?.freeSpaceManagers ?? 0}`,
    `\t\tAmount of free space: ${fileSizes?.freeSpace ?? 0}`,
  ]
}

/** A line for each small number from `first` on that comes, and one with their sum. */
function smallLines(of: Distribution, first: number, line: (number: number) => string, total: string): string[] {
  const found = [...of.small].filter(([number]) => number >= first).sort(([a], [b]) => a - b)
  const lines = found.map(([number, count]) => `${line(number)}: ${count}`)
  return [...lines, `${total}: ${found.reduce((sum, [, count]) => sum + count, 0)}`]
}

/** A line for each power of ten from which numbers come, and one with their sum; zeros where there is a line for them. */
function binLines(
  of: Distribution,
  zeros: string | undefined,
  line: (from: number, to: number) => string,
  total: string,
): string[] {
  const lines: string[] = []
  let sum = 0
  for (const [bin, count] of of.bins.entries()) {
    if (count === 0 || (bin === 0 && zeros === undefined)) continue
    lines.push(`${bin === 0 ? zeros : line(10 ** (bin - 1), 10 ** bin - 1)}: ${count}`)
    sum += count
  }
  return [...lines, `${total}: ${sum}`]
}

function groupLines({ groupLinks }: Tally, { links }: StatOptions): string[] {
  return [
    `Small groups (with 0 to ${links - 1} links):`,
    ...smallLines(groupLinks, 0, (number) => `\t# of groups with ${number} link(s)`, '\tTotal # of small groups'),
    'Group bins:',
    ...binLines(
      groupLinks,
      '\t# of groups with 0 link',
      (from, to) => `\t# of groups with ${from} - ${to} links`,
      '\tTotal # of groups',
    ),
  ]
}

function groupMetadataLines({ headers, groupIndex, groupHeap }: Tally): string[] {
  return [
    "File space information for groups' metadata (in bytes):",
    `\tObject headers (total/unused): ${slashed(headers.groups)}`,
    `\tB-tree/List: ${groupIndex}`,
    `\tHeap: ${groupHeap}`,
  ]
}

/** Ranks from this on are not told. */
const UNCOUNTED_RANK = 32

const FILTERS = ['NO', 'GZIP', 'SHUFFLE', 'FLETCHER32', 'SZIP', 'NBIT', 'SCALEOFFSET', 'USER-DEFINED']

function datasetLines(tally: Tally, { dimensions: limit }: StatOptions): string[] {
  if (tally.datasets === 0) return []
  const { ranks, dimensions, layouts } = tally
  const bins = binLines(
    dimensions,
    '\t\t# of datasets with dimension size 0',
    (from, to) => `\t\t# of datasets with dimension size ${from} - ${to}`,
    '\t\tTotal # of datasets',
  )
  return [
    'Dataset dimension information:',
    `\tMax. rank of datasets: ${Math.max(0, ...ranks.keys())}`,
    '\tDataset ranks:',
    ...[...ranks]
      .filter(([rank]) => rank < UNCOUNTED_RANK)
      .sort(([a], [b]) => a - b)
      .map(([rank, count]) => `\t\t# of dataset with rank ${rank}: ${count}`),
    '1-D Dataset information:',
    `\tMax. dimension size of 1-D datasets: ${tally.mostElements}`,
    `\tSmall 1-D datasets (with dimension sizes 0 to ${limit - 1}):`,
    ...smallLines(
      dimensions,
      0,
      (number) => `\t\t# of datasets with dimension sizes ${number}`,
      '\t\tTotal # of small datasets',
    ),
    ...(dimensions.bins.length > 0 ? ['\t1-D Dataset dimension bins:', ...bins] : []),
    'Dataset storage information:',
    `\tTotal raw data size: ${tally.rawData}`,
    `\tTotal external raw data size: ${tally.externalRawData}`,
    'Dataset layout information:',
    `\tDataset layout counts[COMPACT]: ${layouts.compact}`,
    `\tDataset layout counts[CONTIG]: ${layouts.contiguous}`,
    `\tDataset layout counts[CHUNKED]: ${layouts.chunked}`,
    `\tDataset layout counts[VIRTUAL]: ${layouts.virtual}`,
    `\tNumber of external files : ${tally.externalFiles}`,
    'Dataset filters information:',
    '\tNumber of datasets with:',
    ...FILTERS.slice(0, OTHER_FILTER + 1).map((name, i) => `\t\t${name} filter: ${tally.filters[i]}`),
  ]
}

function datasetMetadataLines({ headers, chunkIndex, datasetHeap }: Tally): string[] {
  return [
    "File space information for datasets' metadata (in bytes):",
    `\tObject headers (total/unused): ${slashed(headers.datasets)}`,
    `\tIndex for Chunked datasets: ${chunkIndex}`,
    `\tHeap: ${datasetHeap}`,
  ]
}

function datatypeLines({ types }: Tally): string[] {
  if (types.length === 0) return []
  return [
    'Dataset datatype information:',
    `\t# of unique datatypes used by datasets: ${types.length}`,
    ...types.flatMap(({ type, count, named }, i) => [
      `\tDataset datatype #${i}:`,
      `\t\tCount (total/named) = (${count}/${named})`,
      `\t\tSize (desc./elmt) = (${encodedTypeSize(type)}/${inMemory(type).size})`,
    ]),
    `\tTotal dataset datatype count: ${types.reduce((sum, { count }) => sum + count, 0)}`,
  ]
}

function attributeLines({ attributes }: Tally, { attributes: limit }: StatOptions): string[] {
  return [
    `Small # of attributes (objects with 1 to ${limit} attributes):`,
    ...smallLines(
      attributes,
      1,
      (number) => `\t# of objects with ${number} attributes`,
      '\tTotal # of objects with small # of attributes',
    ),
    'Attribute bins:',
    ...binLines(
      attributes,
      undefined,
      (from, to) => `\t# of objects with ${from} - ${to} attributes`,
      '\tTotal # of objects with attributes',
    ),
    `\tMax. # of attributes to objects: ${attributes.most}`,
  ]
}

function freeSpaceLines({ space, freeSections }: Tally): string[] {
  return [
    `Free-space persist: ${space.persisting ? 'TRUE' : 'FALSE'}`,
    `Free-space section threshold: ${space.threshold} bytes`,
    `Small size free-space sections (< ${SMALL_SECTION} bytes):`,
    ...smallLines(freeSections, 0, (size) => `\t# of sections of size ${size}`, '\tTotal # of small size sections'),
    'Free-space section bins:',
    ...binLines(
      freeSections,
      undefined,
      (from, to) => `\t# of sections of size ${from} - ${to}`,
      '\tTotal # of sections',
    ),
  ]
}

const STRATEGIES = ['FSM_AGGR', 'PAGE', 'AGGR', 'NONE']

function summaryLines(tally: Tally): string[] {
  const { space, rawData, fileSize, externalFiles } = tally
  const free = tally.fileSizes?.freeSpace ?? 0
  const rest = unaccounted(tally)
  return [
    `File space management strategy: H5F_FSPACE_STRATEGY_${STRATEGIES[space.strategy]}`,
    `File space page size: ${space.pageSize} bytes`,
    'Summary of file space information:',
    `  File metadata: ${metadataTotal(tally)} bytes`,
    `  Raw data: ${rawData} bytes`,
    `  Amount/Percent of tracked free space: ${free} bytes/${((free / Number(fileSize)) * 100).toFixed(1)}%`,
    rest < 0n
      ? `  ??? File has ${-rest} more bytes accounted for than its size! ???`
      : `  Unaccounted space: ${rest} bytes`,
    `Total space: ${BigInt(accounted(tally)) + (rest < 0n ? -rest : rest)} bytes`,
    ...(externalFiles > 0 ? [`External raw data: ${tally.externalRawData} bytes`] : []),
  ]
}
