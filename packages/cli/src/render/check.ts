import type { CheckReport, Finding } from '@h5kit/core'
import type { Paint, Palette } from './palette.ts'

/** What is told of one file: as text, or as it is to programs. */
export type FileFacts = SoundnessFacts | { file: string; sound: false; error: string }

/** What was found in a file that could be opened. */
export interface SoundnessFacts {
  file: string
  /** Notes are about sound files too. */
  sound: boolean
  errors: number
  warnings: number
  notes: number
  findings: (Omit<Finding, 'address'> & { address: number | null })[]
  /** Findings that were too many to keep. */
  omitted: number
  objects: CheckReport['objects']
  /** Bytes of the whole file. */
  size: number
  userBlock: number
  /** Bytes by use; null where that cannot be told. */
  bytes: Record<string, number> | null
}

export function factsOf(file: string, report: CheckReport): SoundnessFacts {
  const { findings, omitted, size, userBlock, objects, account } = report
  const counts = { errors: 0, warnings: 0, notes: 0 }
  for (const { severity } of findings) counts[`${severity}s`]++
  return {
    file,
    sound: counts.errors === 0 && counts.warnings === 0,
    ...counts,
    findings: findings.map(({ address, ...rest }) => ({ ...rest, address: address ?? null })),
    omitted,
    objects,
    size,
    userBlock,
    bytes: account === undefined ? null : { ...Object.fromEntries(account.used), unreachable: account.unreachable },
  }
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

/** The lines about one file: what it is, what was found, and what its bytes are used for where that is asked for. */
export function checkText(facts: FileFacts, account: boolean, palette?: Palette): string {
  const { good, bad, doubtful } = palette ?? UNCOLORED
  if ('error' in facts) return `${facts.file}: ${bad('cannot be checked')}: ${facts.error}\n`
  const { file, sound, errors, warnings, notes, findings, omitted } = facts
  const parts = [
    ...(sound ? [good('sound')] : []),
    ...(errors > 0 ? [bad(plural(errors, 'error'))] : []),
    ...(warnings > 0 ? [doubtful(plural(warnings, 'warning'))] : []),
    ...(notes > 0 ? [plural(notes, 'note')] : []),
  ]
  const lines = [
    `${file}: ${parts.join(', ')}`,
    ...findings.map((each) => findingLine(each, { error: bad, warning: doubtful, note: plain })),
  ]
  if (omitted > 0) lines.push(`  and ${omitted} more`)
  if (account) lines.push(...accountLines(facts))
  return `${lines.join('\n')}\n`
}

const plain: Paint = (text) => text
const UNCOLORED = { good: plain, bad: plain, doubtful: plain }

function findingLine(
  { code, severity, path, address, structure, section, message }: SoundnessFacts['findings'][0],
  paints: Record<Finding['severity'], Paint>,
): string {
  const where = address === null ? '' : ` at ${address}`
  const object = path === '' ? '' : `${path}: `
  return `  ${paints[severity](severity)}${printable(`: ${object}${message} (${structure}${where}, ${section}) [${code}]`)}`
}

/** Names in a file may hold what would not stay on its line. */
export function printable(line: string): string {
  return line.replace(/\p{Cc}/gu, (each) => `\\x${each.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

const USES: Record<string, string> = {
  superblock: 'superblock',
  'object-headers': 'object headers',
  'group-storage': 'links of groups',
  'attribute-storage': 'attributes in heaps',
  'chunk-indexes': 'indexes of chunks',
  'shared-messages': 'shared messages',
  'global-heaps': 'global heaps',
  'file-space': 'management of file space',
  'raw-data': 'raw data',
  free: 'free',
  unreachable: 'unreachable',
}

function accountLines({ bytes, objects, size, userBlock }: SoundnessFacts): string[] {
  const counts = [
    plural(objects.groups, 'group'),
    plural(objects.datasets, 'dataset'),
    plural(objects.datatypes, 'datatype'),
  ]
  const rows: [string, number][] = userBlock > 0 ? [['user block', userBlock]] : []
  for (const [use, name] of Object.entries(USES)) {
    const count = bytes?.[use]
    if (count !== undefined && count > 0) rows.push([name, count])
  }
  rows.push(['whole file', size])
  const width = Math.max(...rows.map(([, count]) => String(count).length))
  return [
    `  ${counts.join(', ')}`,
    ...rows.map(([name, count]) => `  ${name.padEnd(26)}${String(count).padStart(width)} bytes`),
  ]
}

/** What became of all files. */
export interface CheckSummary {
  files: number
  sound: number
  errors: number
  warnings: number
}

export function summaryLine({ files, sound, errors, warnings }: CheckSummary): string {
  if (files === sound) return `${plural(files, 'file')}, ${files === 1 ? '' : 'all '}sound`
  const found = `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`
  return `${plural(files, 'file')}, ${sound} sound, ${files - sound} not: ${found}`
}
