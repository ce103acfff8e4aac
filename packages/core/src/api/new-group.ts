import { sameType } from '../datatype/equality.ts'
import { typeInFile } from '../datatype/type-in-file.ts'
import { parseType } from '../datatype/type-text.ts'
import { NotFoundError, TypeMismatchError, WriteError } from '../errors.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import { components } from '../objects/paths.ts'
import type { GroupDraft, LinkDraft, LinkedObject, TypeDraft } from '../write/drafts.ts'
import { groupDraft, typeDraft } from '../write/drafts.ts'
import { checkLinkName, checkLinkTarget } from '../write/link-names.ts'
import type { CopyObjectOptions } from './copy.ts'
import { copyToNew } from './copy.ts'
import type { DatasetOptions, TypeInput } from './new-dataset.ts'
import { newDataset, newDatasetAsync, now } from './new-dataset.ts'
import { NewBase, NewDataset, NewType } from './new-objects.ts'
import type { H5Object } from './objects.ts'

/** What a new group is like. */
export interface GroupOptions {
  /** Whether links and attributes keep the order of their creation. Default false. */
  trackOrder?: boolean | undefined
  /** Whether times are stored, where there is room for them. Default false. */
  trackTimes?: boolean | undefined
}

/**
 * A group of a file that is being made. Paths are relative to it, or start with a slash at the root group; groups on the
 * way are made where they are missing, as in h5py.
 *
 * ```ts
 * import { createFile, referenceType } from '@h5kit/core/node'
 *
 * using file = createFile('groups.h5')
 * const runs = file.createGroup('runs', { trackOrder: true })
 * const point = file.createType('point', '{x: <f8, y: <f8}')
 * const first = runs.createDataset('first', { type: point, data: [{ x: 1, y: 2 }, { x: 3, y: 4 }] })
 * file.createSoftLink('latest', '/runs/first')
 * file.createExternalLink('elsewhere', 'other.h5', '/data')
 * file.createHardLink('same', first)
 * file.createDataset('references', { type: referenceType('object'), data: [first.reference(), runs.reference()] })
 * file.close()
 * ```
 */
export class NewGroup extends NewBase<GroupDraft> {
  readonly kind = 'group'

  /** The names of the links, in the order of their creation. */
  keys(): string[] {
    return [...this.draft.links.keys()]
  }

  /** Whether a path leads to an object that is being made. Links to other files are not followed. */
  has(path: string): boolean {
    return this.#find(path, 0) !== undefined
  }

  /** The object at a path; NotFoundError where there is none. */
  get(path: string): NewObject {
    const found = this.#find(path, 0)
    if (found === undefined) throw new NotFoundError(`no object "${path}"`, { path: this.path })
    return found
  }

  createGroup(path: string, options: GroupOptions = {}): NewGroup {
    const draft = groupDraft(options.trackOrder === true ? 'indexed' : 'none')
    if (options.trackTimes === true) draft.times = now()
    return this.#add(path, (at) => new NewGroup(this.site, draft, at))
  }

  /** The group at a path, made where there is none; TypeMismatchError where something else is there. */
  requireGroup(path: string): NewGroup {
    const found = this.#find(path, 0)
    if (found === undefined) return this.createGroup(path)
    if (found.kind !== 'group') throw mismatch(found, 'group')
    return found
  }

  /** Makes a dataset and writes its elements. */
  createDataset(path: string, options: DatasetOptions): NewDataset {
    this.#refuseTaken(path)
    const draft = newDataset(this.site, options)
    return this.#add(path, (at) => new NewDataset(this.site, draft, at))
  }

  /** As `createDataset`, with filters on several threads where there are such. */
  async createDatasetAsync(path: string, options: DatasetOptions): Promise<NewDataset> {
    this.#refuseTaken(path)
    const draft = await newDatasetAsync(this.site, options)
    return this.#add(path, (at) => new NewDataset(this.site, draft, at))
  }

  /** The dataset at a path, made where there is none; TypeMismatchError where its shape or type is another one. */
  requireDataset(path: string, options: DatasetOptions & { shape: readonly number[]; type: TypeInput }): NewDataset {
    const found = this.#find(path, 0)
    if (found === undefined) return this.createDataset(path, options)
    if (found.kind !== 'dataset') throw mismatch(found, 'dataset')
    if (found.shape.join() !== options.shape.join()) {
      const shapes = `(${found.shape.join(', ')}), not (${options.shape.join(', ')})`
      throw new TypeMismatchError(`"${found.path}" has the shape ${shapes}`, { path: found.path })
    }
    const { type } = options
    const wanted = typeof type === 'string' ? parseType(type) : 'committed' in type ? type.type : type
    if (!sameType(found.type, typeInFile(wanted, this.site.emitter.sizes))) {
      throw new TypeMismatchError(`"${found.path}" is of another type`, { path: found.path })
    }
    return found
  }

  /** Commits a datatype: objects whose type is the result share it. */
  createType(path: string, type: Datatype | string): NewType {
    const asked = typeof type === 'string' ? parseType(type) : type
    const draft = typeDraft(typeInFile(asked, this.site.emitter.sizes))
    return this.#add(path, (at) => new NewType(this.site, draft, at))
  }

  /** Another name for an object of this file. */
  createHardLink(path: string, object: NewObject): void {
    this.#link(path, { kind: 'hard', object: object.draft })
  }

  /** A link to whatever is at a path. */
  createSoftLink(path: string, target: string): void {
    this.#link(path, { kind: 'soft', path: target })
  }

  /** A link to an object in another file. */
  createExternalLink(path: string, file: string, target: string): void {
    this.#link(path, { kind: 'external', file, path: target })
  }

  /**
   * Puts a copy of an object of another file, with all that hard links lead to from it, at a path; see `copyObject`.
   * What only references lead to gets a link "~obj_pointed_by_NUMBER" in the root group where it is copied.
   *
   * ```ts
   * import { openFile } from '@h5kit/core/node'
   *
   * const runs = openFile('runs.h5', 'w')
   * runs.createDataset('july/impacts', { data: [3, 1, 4] }).createAttribute('unit', 'mm')
   * runs.close()
   *
   * using from = openFile('runs.h5')
   * using to = openFile('archive.h5', 'w', { low: 'v110' })
   * to.copy(from.get('july'), '2024/july', { withoutAttributes: true })
   * console.log(to.keys(), to.requireGroup('2024/july').keys())
   * to.close()
   * ```
   */
  copy(source: H5Object, path: string, options: CopyObjectOptions = {}): NewObject {
    this.#refuseTaken(path)
    const { root } = this.site
    const { object, referred } = copyToNew(source, this.site, options, () => committedTypes(root))
    this.#link(path, { kind: 'hard', object })
    let number = 1
    for (const each of referred) {
      while (root.links.has(`~obj_pointed_by_${number}`)) number++
      root.links.set(`~obj_pointed_by_${number}`, { kind: 'hard', object: each })
    }
    return this.get(path)
  }

  #add<T extends NewObject>(path: string, make: (path: string) => T): T {
    const { group, name } = this.#place(path)
    const object = make(joined(group.path, name))
    group.draft.links.set(name, { kind: 'hard', object: object.draft })
    return object
  }

  #link(path: string, link: LinkDraft): void {
    const { group, name } = this.#place(path)
    checkLinkTarget(link)
    group.draft.links.set(name, link)
  }

  #refuseTaken(path: string): void {
    if (!path.includes('/')) {
      if (this.draft.links.has(path)) throw taken(path, this)
      return
    }
    const names = components(path)
    const name = names.pop()
    const group = this.#find(`${path.startsWith('/') ? '/' : ''}${names.join('/')}`, 0)
    if (name !== undefined && group?.kind === 'group' && group.draft.links.has(name)) throw taken(path, group)
  }

  /** The group that is to have a path's last name, which must be free there. */
  #place(path: string): { group: NewGroup; name: string } {
    if (!path.includes('/') && path !== '' && path !== '.') {
      if (this.draft.links.has(path)) throw taken(path, this)
      checkLinkName(path)
      return { group: this, name: path }
    }
    const names = components(path)
    const name = names.pop()
    if (name === undefined) throw new WriteError(`"${path}" is no name`, { path: this.path })
    checkLinkName(name)
    let group: NewGroup = path.startsWith('/') ? this.#root : this
    for (const each of names) group = group.requireGroup(each)
    if (group.draft.links.has(name)) throw taken(path, group)
    return { group, name }
  }

  get #root(): NewGroup {
    return new NewGroup(this.site, this.site.root, '/')
  }

  #open(object: LinkedObject, group: string, name: string): NewObject | undefined {
    const path = joined(group, name)
    switch (object.kind) {
      case 'group':
        return new NewGroup(this.site, object, path)
      case 'dataset':
        return new NewDataset(this.site, object, path)
      case 'datatype':
        return new NewType(this.site, object, path)
      case 'existing':
        return undefined
    }
  }

  #find(path: string, links: number): NewObject | undefined {
    let found: NewObject | undefined = path.startsWith('/') ? this.#root : this
    for (const name of components(path)) {
      if (found?.kind !== 'group') return undefined
      const link: LinkDraft | undefined = found.draft.links.get(name)
      if (link?.kind === 'hard') found = this.#open(link.object, found.path, name)
      else if (link?.kind === 'soft' && links < MOST_LINKS) found = found.#find(link.path, links + 1)
      else return undefined
    }
    return found
  }
}

/** The committed datatypes to which links lead from a group. */
function committedTypes(root: GroupDraft): Map<TypeDraft, Datatype> {
  const types = new Map<TypeDraft, Datatype>()
  const groups = new Set([root])
  for (const group of groups) {
    for (const link of group.links.values()) {
      if (link.kind !== 'hard') continue
      if (link.object.kind === 'group') groups.add(link.object)
      else if (link.object.kind === 'datatype') types.set(link.object, link.object.type)
    }
  }
  return types
}

/** Soft links that lead to one another are followed so far. */
const MOST_LINKS = 16

/** An object of a file that is being made. */
export type NewObject = NewGroup | NewDataset | NewType

function joined(group: string, name: string): string {
  return group === '/' ? `/${name}` : `${group}/${name}`
}

function taken(path: string, group: NewGroup): WriteError {
  return new WriteError(`"${path}" is there already`, { path: group.path })
}

function mismatch(object: NewObject, wanted: string): TypeMismatchError {
  return new TypeMismatchError(`"${object.path}" is a ${object.kind}, not a ${wanted}`, { path: object.path })
}
