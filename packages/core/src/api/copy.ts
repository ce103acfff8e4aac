import { sameType } from '../datatype/equality.ts'
import { NotFoundError, TypeMismatchError, UnreachableError, WriteError } from '../errors.ts'
import type { FileImage } from '../format/file-image.ts'
import type { Datatype } from '../format/messages/datatype.ts'
import type { Link } from '../objects/links.ts'
import { components, followLink, resolvePath } from '../objects/paths.ts'
import type { ExistingObject, LinkedObject, TypeDraft } from '../write/drafts.ts'
import { groupDraft } from '../write/drafts.ts'
import type { ObjectTimes } from '../write/header-packer.ts'
import type { CopyOptions, SourcePlace } from '../write/object-copy.ts'
import { ObjectCopy } from '../write/object-copy.ts'
import type { File } from './file.ts'
import type { Group } from './group.ts'
import type { Workshop } from './new-dataset.ts'
import type { NewGroup } from './new-group.ts'
import type { H5Object } from './objects.ts'

/** What is copied of an object. All are false where they are not given. */
export interface CopyObjectOptions {
  /** Of groups in the one that is copied, copy none of their members. */
  shallow?: boolean | undefined
  /** Copy the objects that soft links lead to in the place of the links; those that lead nowhere stay. */
  expandSoft?: boolean | undefined
  /** The same for links to other files. */
  expandExternal?: boolean | undefined
  /**
   * Copy what references lead to as well: what is not in the copied group gets a link "~obj_pointed_by_ADDRESS" in the
   * root group. Otherwise references lead nowhere in the copy, but within one file where they led.
   */
  expandRefs?: boolean | undefined
  withoutAttributes?: boolean | undefined
  /** Use a committed datatype that the file has already in the place of a copy of one like it. */
  mergeCommittedTypes?: boolean | undefined
  /** Make the groups on the way to the new object that are missing. */
  parents?: boolean | undefined
}

/**
 * Copies an object, with all that hard links lead to from it, from any file into one that is open to be changed, or is
 * being made. Each object is copied once, and chunks as they are stored. Both files may have addresses of any size.
 *
 * ```ts
 * import { copyObject, createFile, editFile, openFile } from '@h5kit/core/node'
 *
 * const runs = createFile('runs.h5')
 * runs.createGroup('2024/07').createDataset('impacts', { data: [3, 1, 4] })
 * runs.close()
 * createFile('archive.h5').close()
 *
 * using from = openFile('runs.h5')
 * using to = editFile('archive.h5')
 * copyObject(from.get('/2024/07'), to.root, 'runs/july', { parents: true })
 * to.editor.commit()
 * console.log(to.dataset('/runs/july/impacts').shape)
 * ```
 *
 * @param path of the new object, from the group or, with a slash in front, from the root group
 * @throws WriteError where there is something of that name, or the file was opened for reading; NotFoundError where a
 *   group on the way is missing. The file is then best left as it was, by `editor.abandon`.
 */
export function copyObject(
  source: H5Object,
  destination: Group | NewGroup,
  path: string,
  options: CopyObjectOptions = {},
): void {
  if ('draft' in destination) {
    const above = components(path).slice(0, -1).join('/')
    if (options.parents !== true && above !== '' && !destination.has(path.startsWith('/') ? `/${above}` : above)) {
      throw new NotFoundError(`no group "${above}" on the path "${path}"`, { path })
    }
    destination.copy(source, path, options)
    return
  }
  const { file } = destination
  const { editor } = file
  editor.settle()
  const place = newPlace(destination, path, options.parents === true)
  const { emitter, drafts } = editor.file
  const copy = new ObjectCopy(
    source.file.image,
    { emitter, versions: drafts.versions, heap: drafts.heap, drafts },
    {
      ...choices(source, options, () => allCommitted(file)),
      references: options.expandRefs === true ? 'expand' : source.file === file ? 'keep' : 'clear',
    },
  )
  let object = editor.file.inBlocks(() => copy.object(source.address))
  const times = newTimes(file)
  for (const name of place.missing.reverse()) object = groupAround(name, object, times)
  editor.linkCounted(
    [
      ...copy.referred.map((referred) => ({ group: file.rootAddress, name: pointedBy, object: referred })),
      { group: place.group, name: place.name, object },
    ],
    copy.miscounted,
  )
}

/** What is asked for, as copying an object wants it; `known` finds the committed datatypes of the other file. */
function choices(
  { file }: H5Object,
  options: CopyObjectOptions,
  known: () => ReadonlyMap<TypeDraft | ExistingObject, Datatype>,
): CopyOptions {
  const { shallow, withoutAttributes, mergeCommittedTypes } = options
  const merge = mergeCommittedTypes === true ? committedTypes(known) : undefined
  return { keepForms: true, shallow, withoutAttributes, expand: expansion(file, options), merge }
}

/**
 * Makes objects of a file that is being made out of one of another file, and of what hard links lead to from it.
 *
 * @param known finds the committed datatypes of the new file
 * @returns the copy, and copies of what only references lead to
 */
export function copyToNew(
  source: H5Object,
  workshop: Workshop,
  options: CopyObjectOptions,
  known: () => ReadonlyMap<TypeDraft | ExistingObject, Datatype>,
): { object: LinkedObject; referred: readonly LinkedObject[] } {
  const copy = new ObjectCopy(source.file.image, workshop, {
    ...choices(source, options, known),
    references: options.expandRefs === true ? 'expand' : 'clear',
  })
  return { object: copy.object(source.address), referred: copy.referred }
}

/**
 * Copies a link that leads to no object in its own file: a soft one, one to another file, or one of a kind that is
 * not known.
 *
 * @param path of the new link, as for `copyObject`
 * @throws WriteError where there is something of that name, or the link is a hard one
 */
export function copyLink(link: Link, destination: Group, path: string): void {
  const { editor } = destination.file
  editor.settle()
  const { group, name } = newPlace(destination, path, false)
  switch (link.kind) {
    case 'hard':
      throw new WriteError(`"${link.name}" is a link to an object of its file`, { path })
    case 'soft':
      editor.link(group, name, { kind: 'soft', path: link.target })
      break
    case 'external':
      editor.link(group, name, { kind: 'external', file: link.file, path: link.target })
      break
    case 'user-defined':
      editor.link(group, name, link)
  }
}

/** As the library names what only references lead to. */
function pointedBy(address: number): string {
  return `~obj_pointed_by_${address}`
}

/** New object headers tell when groups were made. */
function newTimes(file: File): ObjectTimes | undefined {
  if (file.editor.file.drafts.versions.objectHeader === 1) return undefined
  const now = Math.floor(Date.now() / 1000)
  return { access: now, modification: now, change: now, birth: now }
}

function groupAround(name: string, object: LinkedObject, times: ObjectTimes | undefined): LinkedObject {
  const group = groupDraft()
  group.times = times
  group.links.set(name, { kind: 'hard', object })
  return group
}

/** Where a new link goes. */
export interface NewPlace {
  /** Address of the group that gets a link. */
  group: number
  name: string
  /** Names behind that on the path. */
  missing: string[]
}

/** Finds the group that a path leads to as far as there is one; what the path ends with must not be there. */
function newPlace(from: Group, path: string, parents: boolean): NewPlace {
  const { file } = from
  const names = components(path)
  const about = { path, file: file.name }
  if (names.length === 0) throw new WriteError(`"${path}" names no new object`, about)
  let group = path.startsWith('/') ? file.rootAddress : from.address
  for (const [i, name] of names.entries()) {
    const last = i === names.length - 1
    if (file.editor.findLink(group, name) === undefined) {
      if (!last && !parents) throw new NotFoundError(`no group "${name}" on the path "${path}"`, about)
      return { group, name, missing: names.slice(i + 1) }
    }
    if (last) break
    const place = resolvePath<File>({ file, address: group }, name)
    if (place.file !== file) throw new WriteError(`the path "${path}" leads to another file`, about)
    if (file.object(place.address).kind !== 'group') {
      throw new TypeMismatchError(`"${name}" on the path "${path}" is no group`, about)
    }
    group = place.address
  }
  throw new WriteError(`there is something at "${path}" already`, about)
}

/** Follows the links that are to be expanded. */
export function expansion(file: File, { expandSoft, expandExternal }: CopyObjectOptions): CopyOptions['expand'] {
  if (expandSoft !== true && expandExternal !== true) return undefined
  const files = new Map<FileImage, File>([[file.image, file]])
  const asked = (link: Link): boolean =>
    (link.kind === 'soft' && expandSoft === true) || (link.kind === 'external' && expandExternal === true)
  return ({ image, number, address }: SourcePlace, link: Link): SourcePlace | undefined => {
    const from = files.get(image)
    if (from === undefined || !asked(link)) return undefined
    try {
      const place = followLink<File>({ file: from, address }, link)
      files.set(place.file.image, place.file)
      // Like the library, which opens another file anew for each link to it.
      const there = place.file === file ? 0 : place.file === from ? number : place.file.number
      return { image: place.file.image, number: there, address: place.address }
    } catch (error) {
      // A link that leads to no place at all stays; one that cannot be followed does not pass for that.
      if (error instanceof NotFoundError && !(error instanceof UnreachableError)) return undefined
      throw error
    }
  }
}

/** Finds a committed datatype that is like another one; they are looked for when one is first asked for. */
function committedTypes(
  find: () => ReadonlyMap<TypeDraft | ExistingObject, Datatype>,
): (type: Datatype) => TypeDraft | ExistingObject | undefined {
  let known: [TypeDraft | ExistingObject, Datatype][] | undefined
  return (type) => {
    known ??= [...find()]
    return known.find(([, found]) => sameType(found, type))?.[0]
  }
}

/** The committed datatypes of a file that objects are or use, links or not. */
function allCommitted(file: File): Map<ExistingObject, Datatype> {
  const types = new Map<number, Datatype>()
  const seen = new Set<number>()
  const look = (object: H5Object): void => {
    if (seen.has(object.address)) return
    seen.add(object.address)
    for (const { committed, type } of object.attributes()) if (committed !== undefined) types.set(committed, type)
    if (object.kind === 'datatype') types.set(object.address, object.type)
    else if (object.kind === 'dataset' && object.committed !== undefined) types.set(object.committed, object.type)
  }
  look(file.root)
  for (const { link } of file.visit()) if (link.kind === 'hard') look(file.object(link.address))
  return new Map(Array.from(types, ([address, type]) => [{ kind: 'existing', address }, type]))
}
