import type { SharedMessage } from '../format/messages/shared.ts'
import type { FileSettings } from '../objects/file-settings.ts'
import type { Checker } from './checker.ts'
import type { Place } from './finding.ts'
import { GlobalHeaps } from './global-heaps.ts'

export type ObjectKind = 'group' | 'dataset' | 'datatype'

/** What is known of an object that a hard link leads to. */
export interface KnownObject {
  /** The first path to it. */
  path: string
  /** Groups that this path goes through. */
  depth: number
  /** Hard links that were met. */
  links: number
  /** Messages of other objects that it shares with them, as a committed datatype. */
  uses: number
  /** What its header says of links and uses together; undefined where it could not be read. */
  referenceCount: number | undefined
  kind: ObjectKind | undefined
  /** What leads to it, and once that was read its header. */
  place: Place
  /** Of an old-style group: where its links are. */
  table: { bTree: number; localHeap: number } | undefined
}

/** A link by name, which may lead nowhere. */
export interface NamedTarget {
  kind: 'soft' | 'external'
  /** Of the link. */
  path: string
  /** Of the group's object header. */
  group: number
  file: string
  target: string
  place: Place
}

/** What the checks of the parts of a file tell each other. */
export class FileState {
  readonly check: Checker
  readonly settings: FileSettings
  readonly objects = new Map<number, KnownObject>()
  /** Addresses of objects that were met and not looked at yet, the last one first. */
  readonly waiting: number[] = []
  readonly named: NamedTarget[] = []
  readonly globalHeaps: GlobalHeaps
  /** How often each message of the shared message heap is used, by its type and heap ID. */
  readonly sharedUses = new Map<string, number>()
  /**
   * Messages in headers that others may share, by their types and hashes. The one that was there first stays in its
   * header when another comes, and is counted where they are shared.
   */
  readonly shareable = new Map<string, number>()
  /** As above, by their types, the addresses of their headers and their creation indexes. */
  readonly shareableAt = new Set<string>()
  /** Objects that values refer to: the first path and place that does. */
  readonly references = new Map<number, { path: string; place: Place }>()
  /** Entries that say where the links of a group are. */
  readonly cachedTables: { header: number; table: { bTree: number; localHeap: number }; path: string; place: Place }[] =
    []
  /** The types of the messages that the object before had, and what it was, where nothing was wrong with them. */
  lastTypes: { types: readonly number[]; kind: ObjectKind | undefined } = { types: [], kind: undefined }
  /** Whether chunks are to be decoded. */
  readonly data: boolean

  constructor(check: Checker, settings: FileSettings, data: boolean) {
    this.check = check
    this.settings = settings
    this.data = data
    this.globalHeaps = new GlobalHeaps(check)
  }

  /** Notes a hard link to an object, which is looked at later where this is the first one. */
  link(address: number, path: string, depth: number, from: Place): void {
    const known = this.objects.get(address)
    if (known !== undefined) {
      known.links++
      return
    }
    this.#add(address, path, depth, from).links++
  }

  /** Notes that a message is not where it is used, but there; whether it is one of the heap that was met before. */
  share(shared: SharedMessage, type: number, from: Place): boolean {
    if ('heapId' in shared) {
      const key = `${type}: ${shared.heapId.join(' ')}`
      const uses = this.sharedUses.get(key) ?? 0
      this.sharedUses.set(key, uses + 1)
      return uses > 0
    }
    const known = this.objects.get(shared.address)
    if (known !== undefined) known.uses++
    else {
      // Without a link of its own it is met here first.
      this.#add(shared.address, '', 0, { ...from, field: 'Address' }).uses++
    }
    return false
  }

  #add(address: number, path: string, depth: number, place: Place): KnownObject {
    this.waiting.push(address)
    const added: KnownObject = {
      path,
      depth,
      links: 0,
      uses: 0,
      referenceCount: undefined,
      kind: undefined,
      place,
      table: undefined,
    }
    this.objects.set(address, added)
    return added
  }
}
