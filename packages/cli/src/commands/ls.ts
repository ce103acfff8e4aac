import type { Attribute, Dataset, Group, H5Object, Link } from '@h5kit/core'
import { Hdf5Error, LimitError, NotFoundError, UnreachableError } from '@h5kit/core'
import type { File } from '@h5kit/core/node'
import type { LsOptions } from '../options/ls.ts'
import type { Output } from '../output.ts'
import { escapeName } from '../render/escape.ts'
import { addressLines } from '../render/ls/address.ts'
import { datatypeText } from '../render/ls/datatype.ts'
import type { Looks } from '../render/ls/looks.ts'
import { looksOf } from '../render/ls/looks.ts'
import { datasetExtent, modifiedText, writeAttributeHead, writeName, writeStorage } from '../render/ls/object.ts'
import { paletteFor } from '../render/palette.ts'
import { openArgument } from './open-driver.ts'
import { compileLittle, LARGE_FILE } from './v8-settings.ts'

/** Says something on stderr. */
export type Warn = (message: string) => void

/** What prints values; loaded where they are asked for. */
type Data = typeof import('../render/ls/data.ts')

/** Lists what the command line names; returns the exit status. */
export async function ls(options: LsOptions, output: Output, warn: Warn): Promise<number> {
  const data = options.data ? await import('../render/ls/data.ts') : undefined
  const looks = await looksOf(await paletteFor(options.color), options.utf8)
  let status = 0
  let number = 1
  // Once the whole of a file was listed, the groups that are named behind it are shown themselves too.
  let showStart = false
  for (const argument of options.files) {
    const opened = openArgument(argument, options.driver, number)
    if (opened.file === undefined) {
      const reason = opened.error === undefined ? '' : `: ${opened.error.message}`
      output.flush()
      warn(`${argument}: unable to open file${reason}`)
      number = opened.nextNumber
      status = 1
      continue
    }
    if (data === undefined && opened.file.size > LARGE_FILE) compileLittle()
    if (options.verbose) output.text(`Opened "${opened.file.name}" with ${opened.driver} driver.\n`)
    showStart ||= options.recursive && opened.object === ''
    const listing = new Listing(options, opened.file, opened.object, showStart, output, warn, looks, data)
    try {
      const result = listing.run()
      if (result === 'stop') return 1
      if (result === 'dangling') status = 1
    } finally {
      number = opened.file.nextNumber
      opened.file.close()
    }
  }
  return status
}

/** What became of the listing of one argument. */
type Outcome = 'done' | 'stop' | 'dangling'

/** A link's target that was listed already: a file for an external link. */
type SymbolicTarget = string

/** Objects within objects that are listed at most; deeper ones can only be damage or malice. */
const DEEPEST = 1_000

/** The listing of one argument of the command line. */
class Listing {
  readonly #options: LsOptions
  readonly #file: File
  readonly #output: Output
  readonly #warn: Warn
  readonly #looks: Looks
  readonly #data: Data | undefined
  /** The object's path as given; empty for the whole file. */
  readonly #object: string
  /** Whether the group where the listing starts is shown itself. */
  readonly #showStart: boolean
  readonly #symbolicTargets = new Set<SymbolicTarget>()
  /** Leading part of each path that is not shown. */
  #hidden: number
  #base: number
  #groupItself: boolean
  #insideLink = false
  /** Whether the path leads through other files. */
  #elsewhere = false
  #dangling = false

  constructor(
    options: LsOptions,
    file: File,
    object: string,
    showStart: boolean,
    output: Output,
    warn: Warn,
    looks: Looks,
    data: Data | undefined,
  ) {
    this.#options = options
    this.#file = file
    this.#output = output
    this.#warn = warn
    this.#looks = looks
    this.#data = data
    this.#object = object
    this.#showStart = showStart
    this.#groupItself = options.groupItself
    this.#base = object.length - (object.endsWith('/') ? 1 : 0)
    this.#hidden = object === '' ? 0 : 1
  }

  run(): Outcome {
    const path = this.#object === '' ? '/' : this.#object
    const link = path === '/' ? undefined : this.#attempt(() => this.#file.link(path))
    if (path !== '/' && link === undefined) {
      this.#notFound(path)
      this.#warn(`${this.#file.name}: no object "${path}"`)
      return 'stop'
    }
    if (link === undefined || link.kind === 'hard') {
      if (!this.#visit(path)) {
        this.#warn(`${this.#file.name}: cannot read "${path}"`)
        return 'stop'
      }
    } else this.#listLink(path, link)
    return this.#dangling && this.#options.noDanglingLinks ? 'dangling' : 'done'
  }

  /** Runs what may fail because of the file; what failed is said in one line. */
  #attempt<T>(operation: () => T, about?: string): T | undefined {
    try {
      return operation()
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
      if (about !== undefined) this.#warn(`${this.#file.name}: ${about}: ${error.message}`)
      return undefined
    }
  }

  #linkName(path: string): void {
    writeName(this.#folderOf(path), this.#lastName(path), '', this.#looks.link, this.#output)
  }

  #notFound(path: string): void {
    writeName(this.#folderOf(path), this.#lastName(path), '**NOT FOUND**', this.#looks.missing, this.#output)
  }

  #lastName(path: string): string {
    return path.slice(Math.max(this.#hidden, path.lastIndexOf('/') + 1))
  }

  /** What is shown in front of the last name of a path, escaped. */
  #folderOf(path: string): string {
    const { fullNames, files } = this.#options
    if (!fullNames) return ''
    const folder = path.slice(this.#hidden, path.lastIndexOf('/') + 1)
    return escapeName(files.length > 1 ? `${this.#file.name}/${folder}` : folder, true, this.#options.utf8)
  }

  /** Lists an object, or what is in a group. False where it cannot be read. */
  #visit(path: string): boolean {
    const before = this.#file.nextNumber
    const object = this.#attempt(() => this.#file.get(path), path)
    if (this.#file.nextNumber > before) this.#elsewhere = true
    if (object === undefined) {
      if (this.#insideLink) {
        this.#output.text('{**NOT FOUND**}\n')
        this.#insideLink = false
      } else this.#notFound(path)
      return false
    }
    if (object.kind !== 'group' || this.#groupItself) {
      this.#listObject(path, object, undefined)
      return true
    }
    this.#hidden = this.#base
    this.#traverse(path, object)
    return true
  }

  #traverse(path: string, group: Group): void {
    if (this.#insideLink) {
      this.#enter(path, this.#again(path, group), true)
      return
    }
    const opened = this.#again(path, group)
    opened.file.hold(() => this.#enter(path, this.#again(path, opened), this.#showStart))
  }

  #enter(path: string, group: Group, showStart: boolean): void {
    if (showStart) this.#listObject(path, group, undefined)
    const opened = this.#again(path, group)
    const walk: Walk = { seen: new Map(), entered: new Set() }
    if (opened.referenceCount > 1) {
      walk.seen.set(opened.address, path)
      walk.entered.add(opened.address)
    }
    this.#attempt(() => opened.file.hold(() => this.#links(path, opened, this.#options.recursive, walk, 0)), path)
  }

  /**
   * The object at a path once more: as in the reference, each look at it opens the files on the way, which is seen in
   * their numbers.
   */
  #again<T extends H5Object>(path: string, object: T): T {
    if (this.#elsewhere) this.#attempt(() => this.#file.get(path))
    return object
  }

  #links(path: string, group: Group, recursive: boolean, walk: Walk, depth: number): void {
    if (depth > DEEPEST) throw new LimitError(`groups nested more than ${DEEPEST} deep`, { path })
    const prefix = path.endsWith('/') ? path : `${path}/`
    const folder = this.#folderOf(prefix)
    for (const link of group.links()) {
      const full = prefix + link.name
      if (link.kind !== 'hard') {
        this.#listLink(full, link)
        continue
      }
      const object = group.file.object(link.address, full)
      const shared = object.referenceCount > 1
      const first = shared ? walk.seen.get(object.address) : undefined
      if (shared && first === undefined) walk.seen.set(object.address, full)
      this.#listObject(full, object, first, folder, link.name)
      if (!recursive || object.kind !== 'group') continue
      if (shared && walk.entered.has(object.address)) continue
      if (shared) walk.entered.add(object.address)
      this.#links(full, object, recursive, walk, depth + 1)
    }
  }

  #listObject(
    path: string,
    object: H5Object,
    firstSeen: string | undefined,
    folder = this.#folderOf(path),
    name = this.#lastName(path),
  ): void {
    const output = this.#output
    const inside = this.#insideLink
    const { number } = object.file
    if (inside) output.text('{')
    else writeName(folder, name, '', this.#looks[object.kind], output)
    output.text(object.kind === 'group' ? 'Group' : object.kind === 'dataset' ? 'Dataset' : 'Type')
    if (firstSeen !== undefined) {
      output.text(`, same as ${escapeName(firstSeen, true, this.#options.utf8)}${inside ? '' : '\n'}`)
    } else {
      this.#details(path, this.#again(path, object), inside, number)
    }
    if (inside) {
      output.text('}\n')
      this.#insideLink = false
    }
  }

  #details(path: string, object: H5Object, inside: boolean, number: number): void {
    const { verbose } = this.#options
    const output = this.#output
    if (object.kind === 'dataset') {
      const extent = this.#attempt(() => datasetExtent(object.space, verbose), path)
      if (extent === undefined) {
        output.text(' *ERROR*\n')
        return
      }
      output.text(extent)
    } else if (object.kind === 'datatype' && this.#attempt(() => object.type, path) === undefined) {
      output.text(' *ERROR*\n')
      return
    }
    if (!inside || verbose) output.text('\n')
    if (verbose) this.#verbose(path, object, number)
    if (object.kind === 'dataset' && this.#data !== undefined) {
      this.#data.renderDatasetData(object, this.#options, output, (what) =>
        this.#warn(`${this.#file.name}: ${path}: ${what}`),
      )
    }
  }

  /** What is common to all objects, then what is particular to the kind. */
  #verbose(path: string, object: H5Object, number: number): void {
    const { simple, utf8 } = this.#options
    const output = this.#output
    for (const attribute of this.#attempt(() => object.attributes(), path) ?? []) this.#listAttribute(path, attribute)
    // In pieces, as for every object of a file it takes longer to join them than to write them.
    output.text('    Location:  ')
    output.text(String(number))
    output.text(':')
    output.text(String(object.file.fullAddress(object.address)))
    output.text('\n    Links:     ')
    output.text(String(object.referenceCount))
    output.text('\n')
    // The reference shows the times that object headers of version 2 keep, not the messages of version 1.
    const time = object.header.version > 1 ? object.header.modificationTime : 0
    if (time > 0) output.text(`    Modified:  ${modifiedText(time, simple)}\n`)
    const comment = this.#attempt(() => object.comment, path)
    if (comment !== undefined && comment !== '') output.text(`    Comment:   "${escapeName(comment, false, utf8)}"\n`)
    if (object.kind === 'dataset') this.#verboseDataset(path, object)
    if (object.kind === 'datatype') {
      const committed = { file: object.file.number, address: object.file.fullAddress(object.address) }
      output.text(`    Type:      ${datatypeText(object.type, 15, this.#options, committed)}\n`)
    }
  }

  #verboseDataset(path: string, dataset: Dataset): void {
    const used = this.#attempt(() => dataset.storageSize, path) ?? 0
    const output = this.#output
    writeStorage(dataset, used, this.#options.utf8, output)
    const committed =
      dataset.committed === undefined
        ? undefined
        : { file: dataset.file.number, address: dataset.file.fullAddress(dataset.committed) }
    output.text('    Type:      ')
    output.text(datatypeText(dataset.type, 15, this.#options, committed))
    output.text('\n')
    if (!this.#options.address) return
    this.#attempt(() => {
      for (const line of addressLines(dataset)) output.text(line)
    }, path)
  }

  #listAttribute(path: string, attribute: Attribute): void {
    const { file, committed } = attribute
    const where = committed === undefined ? undefined : { file: file.number, address: file.fullAddress(committed) }
    const output = this.#output
    writeAttributeHead(attribute, this.#looks.attribute, output)
    output.text('        Type:      ')
    output.text(datatypeText(attribute.type, 15, this.#options, where))
    output.text('\n')
    this.#data?.renderAttributeData(attribute, this.#options, output, (what) =>
      this.#warn(`${this.#file.name}: ${path}: ${what}`),
    )
  }

  #listLink(path: string, link: Link): void {
    const output = this.#output
    if (link.kind === 'user-defined') {
      this.#linkName(path)
      output.text('UD Link {cannot follow UD links}\n')
      return
    }
    if (link.kind === 'hard') return
    const { followSymlinks, followExternal } = this.#options
    const follow = followSymlinks || (followExternal && link.kind === 'external')
    const exists = this.#targetExists(path, follow)
    if (exists === undefined) return
    if (!exists) this.#dangling = true
    this.#linkName(path)
    const target =
      link.kind === 'soft' ? link.target : `${link.file}/${link.target.startsWith('/') ? '' : '/'}${link.target}`
    output.text(`${link.kind === 'soft' ? 'Soft' : 'External'} Link {${target}}`)
    if (!follow) {
      output.text('\n')
      return
    }
    output.text(' ')
    // Links to the same path are the same to the reference, whatever files they lead to.
    const key = `${link.kind} ${link.target}`
    if (this.#symbolicTargets.has(key)) {
      output.text('{Already Visited}\n')
      return
    }
    this.#symbolicTargets.add(key)
    this.#visitTarget(path)
  }

  #visitTarget(path: string): void {
    const groupItself = this.#groupItself
    const elsewhere = this.#elsewhere
    this.#insideLink = true
    // Without recursion, a link to a group shows the group, not what is in it.
    if (!this.#options.recursive) this.#groupItself = true
    this.#visit(path)
    this.#groupItself = groupItself
    this.#elsewhere = elsewhere
  }

  /**
   * Whether a link leads to something; undefined where that cannot be told, which the reference passes over. Looks as
   * often as the reference does, since files on the way are numbered as they are opened.
   */
  #targetExists(path: string, follow: boolean): boolean | undefined {
    // The link itself: is it there, what is it, and where does it lead?
    if (this.#elsewhere) for (let i = 0; i < 3; i++) this.#attempt(() => this.#file.link(path))
    if (!follow) return true
    try {
      this.#file.get(path)
      this.#file.get(path)
      return true
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
      return error instanceof NotFoundError && !(error instanceof UnreachableError) ? false : undefined
    }
  }
}

interface Walk {
  /** Where objects with several links were met first, by address. */
  seen: Map<number, string>
  /** Groups with several links whose links were listed. */
  entered: Set<number>
}
