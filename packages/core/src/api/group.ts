import { NotFoundError, TypeMismatchError } from '../errors.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import { looksLikeDataset } from '../objects/dataset.ts'
import type { IndexOrder, Link } from '../objects/links.ts'
import { groupLinks, linkCount } from '../objects/links.ts'
import { components, followLink, resolveLink, resolvePath } from '../objects/paths.ts'
import type { VisitedLink } from '../objects/visit.ts'
import { visitLinks } from '../objects/visit.ts'
import type { CopyObjectOptions } from './copy.ts'
import type { Dataset } from './dataset.ts'
import type { File } from './file.ts'
import { about, aboutEach } from './located.ts'
import type { DatasetOptions, TypeInput } from './new-dataset.ts'
import type { GroupOptions, NewGroup } from './new-group.ts'
import { ObjectBase } from './object-base.ts'
import type { H5Object, NamedDatatype } from './objects.ts'

/** A set of links to objects. Paths are relative to the group, or start with a slash at the file's root group. */
export class Group extends ObjectBase {
  readonly kind = 'group'

  /** Number of links. */
  get linkCount(): number {
    return about(this, () => linkCount(this.image, this.header))
  }

  links(order: IndexOrder = 'name'): Iterable<Link> {
    const links = about(this, () => groupLinks(this.image, this.header, order))
    // Those of a small group are there by now; others are read as they are asked for.
    return Array.isArray(links) ? links : aboutEach(this, () => links)
  }

  /** The links by name. */
  [Symbol.iterator](): Iterator<Link> {
    return this.links()[Symbol.iterator]()
  }

  /**
   * Whether a look at what a link leads to says that it is a dataset: that costs less than following it. The dataset
   * may turn out to be another object, or none that can be read.
   */
  looksLikeDataset(link: Link): boolean {
    return link.kind === 'hard' && about(this, () => looksLikeDataset(this.image, link.address))
  }

  /** The names of the links. */
  keys(order: IndexOrder = 'name'): string[] {
    return Array.from(this.links(order), (link) => link.name)
  }

  /** The objects that the links lead to; links that lead nowhere are left out. */
  *objects(order: IndexOrder = 'name'): Generator<H5Object> {
    for (const link of this.links(order)) {
      const object = foundOrNot(() => this.follow(link))
      if (object !== undefined) yield object
    }
  }

  /** All links below the group, each group's links behind the first hard link to it. */
  visit(order: IndexOrder = 'name'): Generator<VisitedLink> {
    return aboutEach(this, () => visitLinks(this.image, this.address, order))
  }

  /** Whether a path leads to an object, all links followed. */
  has(path: string): boolean {
    return foundOrNot(() => about(this, () => resolvePath<File>(this, path))) !== undefined
  }

  /** The object at a path, all links followed; NotFoundError where there is none. */
  get(path: string): H5Object {
    const place = about(this, () => resolvePath<File>(this, path))
    return place.file.object(place.address, joinPath(this.path, path))
  }

  /** The group at a path; TypeMismatchError where something else is there. */
  group(path: string): Group {
    const object = this.get(path)
    if (object.kind !== 'group') throw mismatch(object, 'group')
    return object
  }

  /** The dataset at a path; TypeMismatchError where something else is there. */
  dataset(path: string): Dataset {
    const object = this.get(path)
    if (object.kind !== 'dataset') throw mismatch(object, 'dataset')
    return object
  }

  /** The last link of a path, not followed; NotFoundError where there is none. */
  link(path: string): Link {
    return about(this, () => resolveLink<File>(this, path).link)
  }

  /** The object that one of this group's links leads to. */
  follow(link: Link): H5Object {
    const path = joinPath(this.path, link.name)
    const place = about({ path, file: this.file }, () => followLink<File>(this, link))
    return place.file.object(place.address, path)
  }

  /**
   * Makes a group, in a file that is opened to be changed. Groups on the way to it are made where they are missing.
   *
   * ```ts
   * import { createFile, editFile } from '@h5kit/core/node'
   *
   * createFile('results.h5').close()
   * using file = editFile('results.h5')
   * const run = file.root.createGroup('runs/1')
   * run.createDataset('speed', { data: [1.5, 2.5, 3.5], maxShape: [null] })
   * run.createAttribute('station', 'north')
   * file.root.createSoftLink('latest', '/runs/1')
   * file.commit()
   * console.log(file.group('latest').attribute('station').value)
   * ```
   */
  createGroup(path: string, options: GroupOptions = {}): Group {
    return this.file.changes.createGroup(this, path, options)
  }

  /** The group at a path, made where there is nothing; TypeMismatchError where something else is there. */
  requireGroup(path: string): Group {
    return this.has(path) ? this.group(path) : this.createGroup(path)
  }

  /** Makes a dataset and writes its elements. */
  createDataset(path: string, options: DatasetOptions): Dataset {
    return this.file.changes.createDataset(this, path, options)
  }

  /** The dataset at a path, made where there is nothing; TypeMismatchError where its shape or type is another one. */
  requireDataset(path: string, options: DatasetOptions & { shape: readonly number[]; type: TypeInput }): Dataset {
    if (!this.has(path)) return this.createDataset(path, options)
    return this.file.changes.required(this.get(path), options)
  }

  /** Commits a datatype: `{ type, committed }` of the result is a type that datasets and attributes share. */
  createType(path: string, type: Datatype | string): NamedDatatype {
    return this.file.changes.createType(this, path, type)
  }

  /** Another name for an object of this file. */
  createHardLink(path: string, object: H5Object): void {
    this.file.changes.createHardLink(this, path, object)
  }

  /** A link to whatever is at a path. */
  createSoftLink(path: string, target: string): void {
    this.file.changes.createLink(this, path, { kind: 'soft', path: target })
  }

  /** A link to an object in another file. */
  createExternalLink(path: string, file: string, target: string): void {
    this.file.changes.createLink(this, path, { kind: 'external', file, path: target })
  }

  /** Takes a link away; an object to which no other link leads goes with all that it has. */
  delete(path: string): void {
    this.file.changes.delete(this, path)
  }

  /** Gives a link another name, or another group; what it leads to stays as it is. */
  move(path: string, to: string): void {
    this.file.changes.move(this, path, to)
  }

  /**
   * Copies an object, as h5py does: to a path from this group, which is in a file that is opened to be changed; or into a
   * group of any file, under the name that it has or the one that is given. Groups on the way are made.
   *
   * ```ts
   * import { openFile } from '@h5kit/core/node'
   *
   * const made = openFile('first.h5', 'w')
   * made.createDataset('runs/1/speed', { data: [1.5, 2.5] })
   * made.close()
   *
   * using first = openFile('first.h5', 'r+')
   * first.root.copy('runs/1', 'backup/1')
   * first.commit()
   * using second = openFile('second.h5', 'a')
   * first.root.copy(first.get('backup'), second.root)
   * first.root.copy('runs', second.root, { name: 'rerun', shallow: true })
   * second.commit()
   * console.log(second.dataset('backup/1/speed').read(), second.keys())
   * ```
   *
   * @param source a path from this group, or an object of any file
   */
  copy(
    source: string | H5Object,
    destination: string | Group | NewGroup,
    { name, ...options }: CopyObjectOptions & { name?: string | undefined } = {},
  ): void {
    const object = typeof source === 'string' ? this.get(source) : source
    const how = { ...options, parents: true }
    const as = name ?? object.name
    if (typeof destination === 'string') this.file.changes.copy(object, this, destination, how)
    else if ('draft' in destination) destination.copy(object, as, how)
    else destination.file.changes.copy(object, destination, as, how)
  }
}
function mismatch(object: H5Object, wanted: string): TypeMismatchError {
  const { path, file, kind } = object
  return new TypeMismatchError(`"${path}" is a ${kind}, not a ${wanted}`, { path, file: file.name })
}

function foundOrNot<T>(operation: () => T): T | undefined {
  try {
    return operation()
  } catch (error) {
    if (error instanceof NotFoundError) return undefined
    throw error
  }
}

function joinPath(base: string, path: string): string {
  const names = path.startsWith('/') ? [] : components(base)
  return `/${[...names, ...components(path)].join('/')}`
}
