/** What the checks of written files have in common: the C library's tools and h5py look at a file and at what it was made of. */
import type { ChildProcess } from 'node:child_process'
import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Hdf5Error } from '../../packages/core/src/errors.ts'
import { globalHeapObject } from '../../packages/core/src/format/global-heap.ts'
import { LIST, sharedMessageListLength } from '../../packages/core/src/format/shared-message-list.ts'
import { readSharedMessageTable } from '../../packages/core/src/format/shared-message-table.ts'
import { UNDEFINED } from '../../packages/core/src/io/structure.ts'
import { openFile } from '../../packages/core/src/node.ts'
import { isInUse, openChunkIndex } from '../../packages/core/src/storage/chunk-index.ts'
import { extentsOf } from '../../packages/core/test/support/edit.ts'
import { datasetsOf, sizeOf } from './edit-places.ts'

/** One large file takes a tool half a minute. */
const PATIENCE = 300_000

/** Characters of text at most. */
const LONGEST = 1 << 28

export interface Result {
  status: number | null
  text: string
}

/** Runs a tool of a folder. */
export function run(folder: string, tool: string, ...options: string[]): Result {
  const { status, stdout, stderr } = spawnSync(join(folder, tool), options, {
    encoding: 'latin1',
    maxBuffer: LONGEST,
    timeout: PATIENCE,
  })
  return { status, text: status === 0 ? stdout : stdout + stderr }
}

export interface Dump extends Result {
  withValues: boolean
}

/** What h5dump tells of a file: all, or all but the values where there is no end to them, or those are not wanted. */
export function dump(folder: string, path: string, wanted = true): Dump {
  const whole = wanted && larger(path, MOST_DUMPED).length === 0 ? run(folder, 'h5dump', '-p', path) : undefined
  const withValues = whole !== undefined && whole.status !== null
  return { ...(withValues ? whole : run(folder, 'h5dump', '-p', '-H', path)), withValues }
}

/** Whether h5dump tells the same of a file each time: not of what was neither written nor filled, for which it takes whatever is in memory. */
export function isSteady(folder: string, path: string, { text }: Result): boolean {
  return !text.includes('H5D_FILL_TIME_NEVER') || dump(folder, path).text === text
}

/** The first line in which two texts differ. */
export function difference(before: string, after: string): string {
  const old = before.split('\n')
  const now = after.split('\n')
  const at = old.findIndex((line, i) => line !== now[i])
  return at < 0 ? `line ${old.length}: ${now[old.length]}` : `line ${at + 1}: ${old[at]} | ${now[at]}`
}

/** What differs between the texts about any two files with the same contents, and is not of interest. */
export function plain(text: string, folders: readonly string[]): string {
  return (
    folders
      .reduce((rest, folder) => rest.replaceAll(folder, ''), text)
      .replace(/\bOFFSET (\d+|HADDR_UNDEF)/g, 'OFFSET')
      .replace(/\b(DATASET|GROUP|DATATYPE|NAMED DATATYPE) \d+ /g, '$1 ')
      // A committed datatype that no link leads to is called by its address.
      .replace(/"(\/?)#\d+"/g, '"$1#"')
  )
}

/** Bytes that h5stat does not count: those of global heaps, and a part of the index blocks of extensible arrays. */
function uncounted(path: string): number[] {
  const bytes = readFileSync(path)
  let heaps = 0
  for (let at = bytes.indexOf(HEAP); at >= 0; at = bytes.indexOf(HEAP, at + 1)) heaps += bytes.readUInt32LE(at + 8)
  const possible = [0, heaps]
  for (const size of indexBlocks(path)) possible.push(possible[possible.length - 1] + size)
  return possible
}

const HEAP = 'GCOL\x01\0\0\0'

/** For each extensible array in a file, the bytes of its index block that h5stat forgets: as many as its super blocks' addresses take. */
function indexBlocks(path: string): number[] {
  using file = openFile(path)
  const blocks = extentsOf(file).filter(({ structure }) => structure === 'Extensible Array Index Block')
  return blocks.map(() => SUPER_BLOCKS * file.image.sizes.offsets)
}

/** Of the arrays that the library makes: for at most 2^32 chunks, and data blocks of 16 and more. */
const SUPER_BLOCKS = 29

/** Bytes of the image of the library's cache in a file, which h5stat does not count. */
function cacheImage(path: string): number {
  using file = openFile(path)
  return [...file.extents()]
    .filter(({ use }) => use === 'metadata-cache-image')
    .reduce((sum, { length }) => sum + length, 0)
}

/** Bytes of the lists of shared messages that h5stat counts though there are none, since nothing is shared. */
function emptyLists(path: string): number {
  using file = openFile(path)
  const { image } = file
  if (image.sharedMessages === undefined) return 0
  return readSharedMessageTable(image, image.sharedMessages)
    .indexes.filter(({ type, indexAddress }) => type === LIST && indexAddress === UNDEFINED)
    .reduce((sum, index) => sum + sharedMessageListLength(image.sizes, index), 0)
}

/**
 * What h5stat has to say against a file: that it cannot read it, or that bytes of it belong to nothing. As much as that
 * may be for the file that it was made of.
 */
export function unaccounted(folder: string, path: string, made: string): string | undefined {
  const { status, text } = run(folder, 'h5stat', made)
  if (status !== 0) return text.slice(-300)
  const more = /\?\?\? .*/.exec(text)?.[0]
  if (more !== undefined) return run(folder, 'h5stat', path).text.includes(more) ? undefined : more
  const bytes = Number(/Unaccounted space: (\d+) bytes/.exec(text)?.[1])
  const usual = uncounted(made)
  const others = reserved(made) - mappings(made)
  const possible = usual.map((each) => each + others)
  if (possible.includes(bytes)) return undefined
  const tracked = Number(/tracked free space: (\d+)/.exec(text)?.[1])
  if (possible.includes(bytes + tracked - endsOfPages(made))) return undefined
  // Descriptions get their places out of blocks, and little is left of those between elements. Heaps are no object's.
  const [, heaps] = usual
  const left = unused(made).reduce((sum, { size }) => sum + size, -heaps)
  const few = left <= LEFT_OF_BLOCKS + readFileSync(made).length * LEFT_SHARE
  return few && possible.includes(bytes + tracked - left) ? undefined : `${bytes} bytes unaccounted for`
}

/** What may be left of blocks of descriptions: most of the smallest, and so much of a file as blocks grow with it. */
const LEFT_OF_BLOCKS = 1 << 10
const LEFT_SHARE = 1 / 32

/**
 * Of heaps with filters, h5stat counts more than there is, and then says nothing of the rest; and where parts of a file
 * are past its end nothing can be compared to what it counts.
 */
export const UNTOLD = 'not told'

/**
 * Bytes that h5stat counts for nothing though something of the file is there, or the other way round: below 0. Where a
 * file is edited, this stays the same, however much of it becomes free.
 */
export function miscounted(folder: string, path: string): number | string {
  const { status, text } = run(folder, 'h5stat', path)
  if (status !== 0) return text.slice(-300)
  const [known, tracked, more] = [
    /Unaccounted space: (\d+) bytes/,
    /tracked free space: (\d+)/,
    /\?{3} File has (\d+) more bytes/,
  ].map((each) => Number(each.exec(text)?.[1]))
  try {
    const bytes = Number.isNaN(known) && emptyLists(path) > 0 ? -more : known
    if (Number.isNaN(bytes)) return UNTOLD
    const forgotten = indexBlocks(path).reduce((sum, size) => sum + size, 0)
    const others = emptyLists(path) + mappings(path) - reserved(path)
    const counted = bytes + tracked - cacheImage(path) - forgotten + others
    return counted - unused(path).reduce((sum, { size }) => sum + size, 0)
  } catch (error) {
    // Managers of free space may be where no file is any more, which keeps the library from nothing else.
    if (!(error instanceof Hdf5Error)) throw error
    return UNTOLD
  }
}

/** Bytes that the mappings of virtual datasets take, which h5stat counts though not the rest of the heaps that they are in. */
function mappings(path: string): number {
  using file = openFile(path)
  return datasetsOf(file, () => true).reduce((sum, { layout }) => {
    if (layout.kind !== 'virtual' || layout.address === UNDEFINED) return sum
    return sum + (globalHeapObject(file.image, layout.address, layout.index)?.length ?? 0)
  }, 0)
}

/** Bytes of the chunks that datasets with an implicit index may grow into: h5stat counts those alone that hold elements. */
function reserved(path: string): number {
  using file = openFile(path)
  return datasetsOf(file, () => true).reduce((sum, { layout, space }) => {
    if (layout.kind !== 'chunked' || layout.index.type !== 'implicit' || layout.address === UNDEFINED) return sum
    const entries = [...openChunkIndex(file.image, layout, space).entries()]
    return entries.reduce((rest, entry) => rest + (isInUse(entry, layout, space) ? 0 : entry.size), sum)
  }, 0)
}

/**
 * Bytes at the ends of pages that nothing uses, in files in pages. Not all are tracked: where free space is
 * not kept none are, else those in the pages that the managers themselves came into are not, since what they
 * keep has to be known before they are given places.
 */
function endsOfPages(path: string): number {
  using file = openFile(path)
  const { strategy, pageSize } = file.settings.fileSpace
  if (strategy !== IN_PAGES) return 0
  const ends = unused(path).filter(({ size, end }) => end % pageSize === 0 && size < pageSize)
  return ends.reduce((sum, { size }) => sum + size, 0)
}

/** Parts of a file that nothing uses. */
function unused(path: string): { size: number; end: number }[] {
  using file = openFile(path)
  const found: { size: number; end: number }[] = []
  let last = 0
  for (const { address, length } of [...extentsOf(file), { address: file.size - file.userBlockSize, length: 0 }]) {
    if (address > last) found.push({ size: address - last, end: address })
    last = Math.max(last, address + length)
  }
  return found
}

const IN_PAGES = 1

/** What h5debug has to say against the root group of a file. */
export function debugged(folder: string, made: string, root: number): string | undefined {
  const { status, text } = run(folder, 'h5debug', made, String(root))
  return status !== 0 || /\*{3}|corrupt|cannot|unable to/i.test(text) ? text.slice(-300) : undefined
}

/** What h5diff finds between two files; nothing where it finds the same between a file and its copy. */
export function valuesDiffer(folder: string, path: string, made: string, ...options: string[]): string | undefined {
  const all = [...options, ...larger(path, MOST_COMPARED).map((each) => `--exclude-path=${each}`)]
  const diff = run(folder, 'h5diff', ...all, path, made)
  if (diff.status === 0) return undefined
  if (diff.status === null) return 'did not end in time'
  // Not everything can be compared. A file is only looked into where the other one is not the same.
  const copy = `${made}.copy`
  copyFileSync(path, copy)
  const itself = run(folder, 'h5diff', ...all, path, copy)
  rmSync(copy)
  return itself.status === diff.status ? undefined : `${diff.status}: ${diff.text.slice(0, 300)}`
}

/** Bytes of a dataset that h5diff gets through in time, though no file need have them. Of larger ones h5py reads what is stored. */
const MOST_COMPARED = 2 ** 31

/** The same of h5dump. */
const MOST_DUMPED = 2 ** 28

/** Paths of datasets that a tool would not get through. */
function larger(path: string, most: number): string[] {
  try {
    using file = openFile(path)
    return datasetsOf(file, (each) => sizeOf(each) > most).map((each) => each.path)
  } catch (error) {
    // What is wrong with a file is for others to say.
    if (!(error instanceof Hdf5Error)) throw error
    return []
  }
}

/** What h5py reads of a file: what is at each place. */
export type Contents = Map<string, string>

/** A process that reads files with h5py. */
export class Python {
  readonly #child: ChildProcess
  readonly #answers: AsyncIterator<string>

  constructor(python: string) {
    const script = fileURLToPath(new URL('contents.py', import.meta.url))
    this.#child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'ignore'] })
    if (this.#child.stdout === null) throw new Error(`no output of ${python}`)
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  async contents(path: string): Promise<Contents> {
    this.#child.stdin?.write(`${path}\n`)
    const { value, done } = await this.#answers.next()
    if (done === true) throw new Error('h5py is gone')
    const found: Record<string, unknown> = JSON.parse(value)
    return new Map(Object.entries(found).map(([place, what]) => [place, JSON.stringify(what)]))
  }

  close(): void {
    this.#child.stdin?.end()
  }
}

/**
 * The first place at which h5py reads something else than before. What it could not read before is left out.
 *
 * @param leaveOut tells of a place whether it is meant to be different
 */
export function contentsDiffer(
  before: Contents,
  now: Contents,
  leaveOut: (place: string) => boolean = () => false,
): string | undefined {
  if (before.get('')?.includes('unreadable') === true) return undefined
  for (const place of new Set([...before.keys(), ...now.keys()])) {
    const was = before.get(place)
    if (was?.includes('unreadable') === true || leaveOut(place)) continue
    if (was !== now.get(place)) return `${place}: ${was?.slice(0, 120)} | ${now.get(place)?.slice(0, 120)}`
  }
  return undefined
}
