import { Hdf5Error } from '../errors.ts'
import type { FilterPipeline } from '../filters/pipeline.ts'
import type { Decoded, FileImage } from '../format/file-image.ts'
import { FILE_CLIENT } from '../format/free-space-manager.ts'
import { bTreeKMessage } from '../format/messages/b-tree-k.ts'
import { driverInfoMessage } from '../format/messages/driver-info.ts'
import { fileSpaceInfoMessage } from '../format/messages/file-space-info.ts'
import { metadataCacheImageMessage } from '../format/messages/metadata-cache-image.ts'
import { sharedMessageTablePointerMessage } from '../format/messages/shared-message-table-pointer.ts'
import { metadataCacheImageBlock } from '../format/metadata-cache-image.ts'
import { readObjectHeader } from '../format/read-object-header.ts'
import type { Superblock } from '../format/superblock.ts'
import { superblockStructure } from '../format/superblock.ts'
import { cachedTable } from '../format/symbol-table-node.ts'
import type { ByteSource } from '../io/byte-source.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { FileSettings } from '../objects/file-settings.ts'
import { presentForm } from '../objects/file-settings.ts'
import { checkFreeSpace } from './check-free-space.ts'
import { checkHeader } from './check-header.ts'
import { checkNamedTargets } from './check-named-targets.ts'
import { checkObject } from './check-object.ts'
import { checkSharedMessages } from './check-shared-messages.ts'
import { checkDriverInformation, checkSuperblock } from './check-superblock.ts'
import type { Checker } from './checker.ts'
import type { Account } from './extents.ts'
import { FileState } from './file-state.ts'
import type { Finding, Place } from './finding.ts'
import { MessageValues } from './message-values.ts'
import type { FileLimits, PolicyName } from './policy.ts'
import { POLICIES } from './policy.ts'

/** How a file is checked. */
export interface CheckOptions {
  /** Decodes every chunk, which verifies its checksums. Default false. */
  data?: boolean
  /** Limits that the file has to keep. Default `default`. */
  policy?: PolicyName | FileLimits
  /** Opens the file that an external link names; undefined where there is none. Without it such links are not followed. */
  openOther?: ((fileName: string) => ByteSource | undefined) | undefined
  /** Called for each structure that is decoded. */
  observer?: ((decoded: Decoded) => void) | undefined
}

/** What was found in a file. */
export interface CheckReport {
  findings: Finding[]
  /** Findings that were too many to keep. */
  omitted: number
  /** Bytes of the whole file, the user block included. */
  size: number
  /** Bytes in front of the superblock. */
  userBlock: number
  objects: { groups: number; datasets: number; datatypes: number }
  /** What the bytes behind the user block are used for; undefined where that cannot be told. */
  account: Account | undefined
}

/** Validates a file against the file format specification: everything in it that can be reached. */
export function checkSource(source: ByteSource, pipeline: FilterPipeline, options: CheckOptions = {}): CheckReport {
  const { policy = 'default' } = options
  const limits = typeof policy === 'string' ? POLICIES[policy] : policy
  const { check, superblock, location } = checkSuperblock(source, pipeline, limits)
  const report: CheckReport = {
    findings: check.findings,
    omitted: 0,
    size: source.size,
    userBlock: location,
    objects: { groups: 0, datasets: 0, datatypes: 0 },
    account: undefined,
  }
  if (superblock === undefined) return report
  check.observer = options.observer
  const state = checkContents(check, superblock, source.driver, options)
  const account = checkExtents(check, report.size - location)
  // Addresses of a file in several parts have gaps that are no bytes.
  if (source.fold === undefined) report.account = account
  report.omitted = check.omitted
  for (const { kind } of state.objects.values()) {
    if (kind === 'group') report.objects.groups++
    else if (kind === 'dataset') report.objects.datasets++
    else if (kind === 'datatype') report.objects.datatypes++
  }
  return report
}

function checkContents(
  check: Checker,
  superblock: Superblock,
  driver: ByteSource['driver'],
  options: CheckOptions,
): FileState {
  const address = superblock.version < 2 ? superblock.driverInfoAddress : UNDEFINED
  const written = checkDriverInformation(check, address)
  const settings: FileSettings = {
    groupLeafK: superblock.groupLeafK,
    groupInternalK: superblock.groupInternalK,
    chunkK: superblock.chunkK,
    fileSpace: presentForm(fileSpaceInfoMessage.blank()),
  }
  const state = new FileState(check, settings, options.data ?? false)
  const extension = checkExtension(state, superblock)
  if (isPart(check, extension.driver ?? written, driver)) return state
  checkRoot(state, superblock)
  for (let next = state.waiting.pop(); next !== undefined; next = state.waiting.pop()) {
    const known = state.objects.get(next)
    if (known === undefined) continue
    const waiting = state.waiting.length
    if (known.depth > check.limits.depth) {
      check.report('error', known.place, `groups nested more than ${check.limits.depth} deep`, 'limit.depth')
    } else if (state.objects.size > check.limits.objects) {
      check.report('error', known.place, `more than ${check.limits.objects} objects`, 'limit.objects')
      break
    } else checkObject(state, next, known)
    // The first one that was met comes next, as it is where the file goes on.
    reverseFrom(state.waiting, waiting)
  }
  check.path = ''
  extension.finish()
  checkCounts(state)
  checkCachedTables(state)
  checkReferences(state)
  checkNamedTargets(state, superblock.rootAddress, options.openOther)
  return state
}

function reverseFrom(list: number[], start: number): void {
  for (let i = start, k = list.length - 1; i < k; i++, k--) {
    const first = list[i]
    list[i] = list[k]
    list[k] = first
  }
}

const SUPERBLOCK: Place = { structure: superblockStructure, address: 0 }

function checkRoot(state: FileState, { version, rootAddress, rootEntry }: Superblock): void {
  const { check } = state
  const field = version < 2 ? 'Object Header Address' : 'Root Group Object Header Address'
  if (rootAddress === UNDEFINED) {
    check.error({ ...SUPERBLOCK, field }, 'no root group')
    return
  }
  state.link(rootAddress, '/', 0, { ...SUPERBLOCK, field })
  const table = rootEntry && cachedTable(rootEntry, check.image.sizes)
  if (table === undefined) return
  const place = { ...SUPERBLOCK, field: 'Root Group Symbol Table Entry' }
  state.cachedTables.push({ header: rootAddress, table, path: '/', place })
}

/** Whether the file is one of several that are to be read together, and is not. */
function isPart(check: Checker, written: string | undefined, driver: ByteSource['driver']): boolean {
  const reads = written === 'NCSAmult' ? 'multi' : written === 'NCSAfami' ? 'family' : undefined
  if (reads === undefined || reads === driver) return false
  const what = `one of a set of files (driver ${written}), which is to be checked as a whole`
  check.report('error', SUPERBLOCK, what, 'superblock.part-of-a-set')
  return true
}

/** What the superblock extension says, and what is to be looked at once all objects were. */
interface CheckedExtension {
  driver?: string
  finish: () => void
}

const NOTHING: CheckedExtension = { finish: () => {} }

function checkExtension(state: FileState, { version, extensionAddress }: Superblock): CheckedExtension {
  const { check, settings } = state
  if (version < 2 || extensionAddress === UNDEFINED) return NOTHING
  const header = checkHeader(check, extensionAddress, { ...SUPERBLOCK, field: 'Superblock Extension Address' })
  if (header === undefined) return NOTHING
  const values = new MessageValues(state, header)
  const sizes = values.first(bTreeKMessage)?.value
  if (sizes !== undefined) {
    settings.groupLeafK = sizes.groupLeafNodeK
    settings.groupInternalK = sizes.groupInternalNodeK
    settings.chunkK = sizes.indexedStorageInternalNodeK
  }
  const driver = values.first(driverInfoMessage)?.value.identification
  const space = values.first(fileSpaceInfoMessage)
  if (space !== undefined) settings.fileSpace = presentForm(space.value)
  const table = values.first(sharedMessageTablePointerMessage)
  if (table !== undefined) {
    check.image.sharedMessages = { address: table.value.address, count: table.value.indexCount }
  }
  checkCacheImage(check, values)
  const finish = (): void => {
    if (table !== undefined && check.image.sharedMessages !== undefined) {
      const field = 'Shared Object Header Message Table Address'
      checkSharedMessages(state, check.image.sharedMessages, { ...table.place, field })
    }
    if (space !== undefined) checkFileSpace(state, space.place)
  }
  return driver === undefined ? { finish } : { driver, finish }
}

function checkCacheImage(check: Checker, values: MessageValues): void {
  const cache = values.first(metadataCacheImageMessage)
  if (cache === undefined || cache.value.address === UNDEFINED) return
  const { address, length } = cache.value
  const from = { ...cache.place, field: 'Address' }
  const block = check.decode(metadataCacheImageBlock, address, length, undefined, from, { use: 'file-space' })
  if (block !== undefined) check.attempt(cache.place, () => check.image.patch(block.entries))
}

/** Types of sections: those of files with pages are in one, or have whole pages. */
const SIMPLE = 0
const SMALL = 1
const LARGE = 2
const MOST_CLASSES = 3

/** The strategy with pages. */
const PAGED = 1

/** Free space that outlives the closing of the file. */
function checkFileSpace(state: FileState, place: Place): void {
  const { check } = state
  const bits = 8 * check.image.sizes.offsets
  // Drivers may use fewer bits than addresses have, but no fewer bytes.
  const client = { clientId: FILE_CLIENT, addressBits: [bits - 7, bits] as const }
  const { managers, strategy } = state.settings.fileSpace
  for (const [i, address] of managers.entries()) {
    if (address === UNDEFINED) continue
    const from = { ...place, field: 'Free-space manager address' }
    const free = checkFreeSpace(check, address, client, 'file-space', from)
    if (free !== undefined && (free.header.sectionClasses < 1 || free.header.sectionClasses > MOST_CLASSES)) {
      check.error(free.place, `${free.header.sectionClasses} classes, a file has 1 to 3`, 'Number of Section Classes')
    }
    const kind = strategy !== PAGED ? SIMPLE : i < managers.length / 2 ? SMALL : LARGE
    for (const { offset, size, type } of free?.sections ?? []) {
      if (free !== undefined && type !== kind) {
        check.error(free.listPlace, `a section of type ${type} where type ${kind} belongs`, 'Section Record Type')
      }
      const section = { ...(free?.listPlace ?? place), field: 'Section Record Offset' }
      if (check.inside(offset, size, section)) check.claim(offset, size, 'free', section.structure)
    }
  }
}

/** Compares what headers count with the links that were met. */
function checkCounts(state: FileState): void {
  const { check } = state
  for (const { path, links, uses, referenceCount, place } of state.objects.values()) {
    if (referenceCount === undefined || referenceCount === links + uses) continue
    check.path = path
    const shared = uses === 0 ? '' : ` and ${uses} messages that share its datatype`
    const what = `reference count ${referenceCount}, and ${links} hard links${shared} lead to it`
    check.report('error', place, what, 'object-header.reference-count')
  }
  check.path = ''
}

/** What entries of symbol tables repeat of the groups that they lead to. */
function checkCachedTables(state: FileState): void {
  const { check } = state
  for (const { header, table, path, place } of state.cachedTables) {
    const object = state.objects.get(header)
    if (object?.kind === undefined) continue
    const known = object.table
    check.path = path
    // An entry may be left over from when the group was an old-style one: the C library leaves it, too.
    if (known === undefined && object.kind !== 'group') {
      check.error(place, `the object at ${header} is no old-style group`, 'Cache Type')
    }
    if (known === undefined || (known.bTree === table.bTree && known.localHeap === table.localHeap)) continue
    check.error(
      place,
      `the group at ${header} has its links elsewhere than this says`,
      place.field ?? 'Scratch-pad Space',
    )
  }
  check.path = ''
}

function checkReferences(state: FileState): void {
  const { check } = state
  for (const [address, { path, place }] of state.references) {
    if (state.objects.has(address) || isObject(check.image, address)) continue
    check.path = path
    check.report('warning', place, `a reference to ${address}, where no object is`, 'reference.target')
  }
  check.path = ''
}

function isObject(image: FileImage, address: number): boolean {
  try {
    readObjectHeader(image, address)
    return true
  } catch (error) {
    if (error instanceof Hdf5Error) return false
    throw error
  }
}

/** No two structures share bytes. */
function checkExtents(check: Checker, size: number): Account {
  const account = check.extents.account(Math.min(size, check.image.source.size))
  for (const { first, second } of account.overlaps) {
    check.path = second.owner.path
    const place = { structure: { name: second.owner.structure, spec: 'III' }, address: second.address }
    const whose = first.owner.path === '' ? '' : ` of ${first.owner.path}`
    const what = `${second.length} bytes overlap the ${first.length} bytes of the ${first.owner.structure} at ${first.address}${whose}`
    check.report('error', place, what, 'extent.overlap')
  }
  check.path = ''
  return account
}
