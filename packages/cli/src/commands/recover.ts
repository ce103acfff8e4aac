import type { Datatype, SelectionInput } from '@h5kit/core'
import { copyLink, copyObject, Hdf5Error, slice } from '@h5kit/core'
import type { Dataset, File, Group, H5Object } from '@h5kit/core/node'
import { openForReading } from '@h5kit/core/node'
import { fileToChange } from './changed-file.ts'

/** What a new file has of a damaged one. */
export interface Recovery {
  objects: number
  /** What could not be read, and why. */
  lost: { path: string; what: string }[]
}

/** Writes what is still readable of a file into a new one, which appears whole. */
export function recover(path: string, output: string): Recovery {
  using source = openForReading(path, { allowTruncated: true, allowUnclosed: true })
  const target = fileToChange(output)
  try {
    const rescue = new Rescue(source, target.file)
    rescue.run()
    target.keep()
    return rescue.recovery
  } finally {
    target.drop()
  }
}

class Rescue {
  readonly recovery: Recovery = { objects: 0, lost: [] }
  readonly #source: File
  readonly #target: File
  /** Where objects of the damaged file are in the new one, by their addresses there. */
  readonly #places = new Map<number, string>()

  constructor(source: File, target: File) {
    this.#source = source
    this.#target = target
  }

  run(): void {
    const { rootAddress } = this.#source
    this.#places.set(rootAddress, '/')
    const waiting = [{ address: rootAddress, path: '/' }]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { path } = next
      const group = this.#attempt(path, () => this.#source.object(next.address, path))
      if (group?.kind !== 'group') continue
      this.#attributes(group, path)
      for (const each of this.#members(group, path)) waiting.push(each)
    }
  }

  /** Brings what a group's links lead to, as far as they can be read; gives the groups among it. */
  #members(group: Group, path: string): { address: number; path: string }[] {
    const groups: { address: number; path: string }[] = []
    this.#attempt(path, () => {
      for (const link of group.links('native')) {
        const there = `${path === '/' ? '' : path}/${link.name}`
        if (link.kind !== 'hard') {
          this.#change(there, () => copyLink(link, this.#target.root, there))
          continue
        }
        const known = this.#places.get(link.address)
        if (known !== undefined) {
          this.#change(there, () => this.#target.root.createHardLink(there, this.#target.get(known)))
          continue
        }
        const object = this.#attempt(there, () => this.#source.object(link.address, there))
        if (object === undefined || !this.#object(object, there)) continue
        this.recovery.objects++
        this.#places.set(link.address, there)
        if (object.kind === 'group') groups.push({ address: link.address, path: there })
      }
    })
    return groups
  }

  /** Makes the like of an object; whether there is something now. */
  #object(object: H5Object, path: string): boolean {
    const { root } = this.#target
    if (object.kind === 'group') return this.#change(path, () => root.createGroup(path))
    // Chunks are copied as they are stored: those that are damaged would be so in the copy.
    if (object.kind === 'dataset' && this.#isDamaged(object, path)) return this.#anew(object, path)
    if (this.#try(() => copyObject(object, root, path)) === undefined) return true
    const why = this.#try(() => copyObject(object, root, path, { withoutAttributes: true }))
    if (why === undefined) {
      this.#attributes(object, path)
      return true
    }
    this.#lose(path, why)
    return object.kind === 'dataset' && !leadsElsewhere(object) && this.#anew(object, path)
  }

  /** Makes a dataset like a damaged one, with the elements of it that can be read. */
  #anew(dataset: Dataset, path: string): boolean {
    const made = this.#change(path, () => this.#target.root.createDataset(path, description(dataset)))
    if (made) {
      this.#elements(dataset, path)
      this.#attributes(dataset, path)
    }
    return made
  }

  /** Whether some of a dataset's chunks can be decoded and others cannot. Where none can be, they are left as they are. */
  #isDamaged(dataset: Dataset, path: string): boolean {
    if (dataset.chunkShape === undefined || dataset.filters.length === 0) return false
    let good = 0
    let bad = 0
    const listed = this.#attempt(path, () => {
      for (const piece of pieces(dataset)) {
        try {
          dataset.raw(piece)
          good++
        } catch (error) {
          if (!(error instanceof Hdf5Error)) throw error
          bad++
        }
      }
      return true
    })
    if (listed === true && bad > 0 && good === 0) {
      this.recovery.lost.push({ path, what: 'none of its chunks can be decoded; they are copied as they are' })
    }
    return bad > 0 && good > 0 && !leadsElsewhere(dataset)
  }

  /** Brings the elements that can be read; the others have the fill value. */
  #elements(dataset: Dataset, path: string): void {
    const copy = this.#target.dataset(path)
    let lost = 0
    this.#attempt(path, () => {
      for (const piece of pieces(dataset)) {
        const why = this.#try(() => copy.writeRaw(dataset.raw(piece), piece))
        if (why !== undefined) lost++
      }
    })
    if (lost > 0) this.recovery.lost.push({ path, what: `${lost} of its chunks or blocks` })
  }

  #attributes(object: H5Object, path: string): void {
    const names = this.#attempt(path, () => object.attributeNames()) ?? []
    const copy = this.#target.get(path)
    for (const name of names) {
      this.#change(`${path} attribute "${name}"`, () => {
        const { type, space, value } = object.attribute(name)
        copy.createAttribute(name, value === undefined ? [] : [value].flat(), { type, shape: space.dimensions })
      })
    }
  }

  /** Changes the new file; what cannot be is lost. */
  #change(path: string, step: () => void): boolean {
    const why = this.#try(step)
    if (why !== undefined) this.#lose(path, why)
    return why === undefined
  }

  /** Changes the new file, which stays as it was where the damaged one does not let that be; gives why. */
  #try(step: () => void): Hdf5Error | undefined {
    try {
      step()
      this.#target.commit()
      return undefined
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
      this.#target.editor.abandon()
      return error
    }
  }

  #attempt<T>(path: string, step: () => T): T | undefined {
    try {
      return step()
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
      this.#lose(path, error)
      return undefined
    }
  }

  #lose(path: string, error: Hdf5Error): void {
    this.recovery.lost.push({ path, what: error.message })
  }
}

/** Whether elements lead to something in the damaged file, so that their bytes mean nothing elsewhere. */
function leadsElsewhere(dataset: Dataset): boolean {
  const leads = (type: Datatype): boolean => {
    if (type.class === 'compound') return type.members.some((member) => leads(member.type))
    if (type.class === 'array') return leads(type.base)
    return type.class === 'variable-length' || type.class === 'reference'
  }
  return leads(dataset.type)
}

function description(dataset: Dataset) {
  const { type, shape, maxShape, chunkShape } = dataset
  return { type, shape, maxShape, ...(chunkShape === undefined ? {} : { chunks: chunkShape }) }
}

/** Bytes of a block of a dataset without chunks that is read at once. */
const BLOCK = 1 << 20

/** The parts of a dataset that are read each for itself. */
function* pieces(dataset: Dataset): Generator<SelectionInput> {
  const { shape, chunkShape, type } = dataset
  if (chunkShape !== undefined) {
    for (const { offset } of dataset.chunks()) {
      yield offset.map((start, axis) => slice(start, Math.min(shape[axis], start + chunkShape[axis])))
    }
    return
  }
  if (shape.length === 0) return
  const row = shape.slice(1).reduce((product, n) => product * n, type.size)
  const rows = Math.max(1, Math.floor(BLOCK / row))
  for (let first = 0; first < shape[0]; first += rows) yield [slice(first, Math.min(shape[0], first + rows))]
}
