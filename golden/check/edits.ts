/** Edits of files, for edit.ts: each tells what it does to a file, how that is undone, and what it has to leave alone. */
import { basename } from 'node:path'
import type { Dataset } from '../../packages/core/src/api/dataset.ts'
import type { File } from '../../packages/core/src/api/file.ts'
import { copyObject, slice } from '../../packages/core/src/node.ts'
import { outsideParts } from '../../packages/core/src/write/object-copy-elements.ts'
import type { Found } from './edit-places.ts'
import { child, datasetsOf, groupsOf, isPlain, isWritable, linksOf, objectsOf, place, sizeOf } from './edit-places.ts'

/** What is done to a file, which is opened for each of the two. */
export interface Step {
  change(file: File): void
  /** Makes everything as it was. */
  undo?: (file: File) => void
  /** Paths of objects, and of attributes ("/group @name"), that are other than before; all else is as it was. */
  affected: readonly string[]
  /** Whether what a dump prints gets more lines, or loses some, and else is the same. */
  effect: 'adds' | 'removes' | 'changes' | 'nothing'
  /** Whether elements may take more or less room than before, and do so when they are undone. */
  stores?: boolean | undefined
  /** An object that has to be as another one was. */
  copy?: { from: string; to: string }
}

export interface Edit {
  name: string
  /** Undefined where the file has nothing that this could be done to. */
  plan(file: File, choose: Choose): Step | undefined
}

/** Picks one of several; always the same for a file, an edit and a seed. */
export type Choose = <T>(from: readonly T[]) => T | undefined

const NEW = '~h5kit'
/** Elements that are written at most, in bytes. */
const MOST = 1 << 24

/** Sets attributes of any object, and takes them away again. */
function newAttributes(name: string, values: Record<string, Parameters<File['root']['createAttribute']>[1]>): Edit {
  return {
    name,
    plan(file, choose) {
      const object = choose(objectsOf(file))
      if (object === undefined) return undefined
      const { path } = object
      return {
        change(edited) {
          const to = edited.get(path)
          for (const [key, value] of Object.entries(values)) to.createAttribute(key, value)
        },
        undo(edited) {
          for (const key of Object.keys(values)) edited.get(path).deleteAttribute(key)
        },
        affected: Object.keys(values).map((key) => `${place(path)} @${key}`),
        effect: 'adds',
      }
    },
  }
}

/** Takes attributes away. */
function fewerAttributes(name: string, pick: (names: string[], choose: Choose) => string[]): Edit {
  return {
    name,
    plan(file, choose) {
      const object = choose(objectsOf(file).filter((each) => each.attributeNames().length > 0))
      if (object === undefined) return undefined
      const { path } = object
      const names = pick(object.attributeNames(), choose)
      return {
        change(edited) {
          for (const each of names) edited.get(path).deleteAttribute(each)
        },
        affected: names.map((each) => `${place(path)} @${each}`),
        effect: 'removes',
      }
    },
  }
}

/** Adds things to a group, and takes them away again. */
function newLinks(
  name: string,
  count: number,
  add: (file: File, path: string, target: string) => void,
  isHard = false,
): Edit {
  return {
    name,
    plan(file, choose) {
      const group = choose(groupsOf(file))
      const target = choose(linksOf(file).filter(({ link }) => link.kind === 'hard'))?.path
      if (group === undefined || target === undefined) return undefined
      const paths = Array.from({ length: count }, (_, i) => child(group, `${NEW} ${i}`))
      // What has several paths is told of at the first of them.
      const isFirst = isHard && comesBefore(paths[0], target)
      return {
        change(edited) {
          for (const path of paths) add(edited, path, target)
        },
        undo(edited) {
          for (const path of paths) edited.root.delete(path)
        },
        affected: [...paths, isFirst ? place(target) : `${target} link count`],
        effect: isFirst ? 'changes' : 'adds',
      }
    },
  }
}

/** Whether a path is come to before another one where links are followed by their names. */
function comesBefore(path: string, other: string): boolean {
  const theirs = other.split('/')
  for (const [i, name] of path.split('/').entries()) if (name !== theirs[i]) return name < (theirs[i] ?? '')
  return true
}

/** Values of a dataset, and of the virtual ones in its file that take theirs from it. */
function valuesOf(file: File, path: string): string[] {
  const own = new Set(['.', basename(file.name)])
  const takers = datasetsOf(file, ({ mappings }) =>
    mappings.some((mapping) => own.has(mapping.file) && child('/', mapping.dataset.replace(/^\/+/, '')) === path),
  )
  return [path, ...takers.map((taker) => taker.path)].map((each) => `${place(each)} values`)
}

/** Writes elements of a dataset anew: what they were, or something else that is changed back. */
function rewrittenElements(name: string, turn: (byte: number) => number): Edit {
  const invert = (bytes: Uint8Array): Uint8Array => bytes.map(turn)
  const same = turn(1) === 1
  return {
    name,
    plan(file, choose) {
      const dataset = choose(
        datasetsOf(file, (each) => isWritable(each) && isPlain(each) && sizeOf(each) > 0 && sizeOf(each) < MOST),
      )
      if (dataset === undefined) return undefined
      const { path } = dataset
      const before = dataset.raw().slice()
      return {
        change: (edited) => edited.dataset(path).writeRaw(invert(before)),
        undo: (edited) => edited.dataset(path).writeRaw(before),
        affected: same ? [] : valuesOf(file, path),
        effect: same ? 'nothing' : 'changes',
        stores: true,
      }
    },
  }
}

const reshaped: Edit = {
  name: 'resize and back',
  plan(file, choose) {
    const dataset = choose(datasetsOf(file, (each) => isWritable(each) && canGrow(each)))
    if (dataset === undefined) return undefined
    const { path, shape, maxShape } = dataset
    const larger = shape.map((size, axis) => Math.min(size * 2 + 3, maxShape[axis] ?? Number.POSITIVE_INFINITY))
    return {
      change: (edited) => edited.dataset(path).resize(larger),
      undo: (edited) => edited.dataset(path).resize(shape),
      affected: [...valuesOf(file, path), `${place(path)} space`],
      effect: 'changes',
      stores: true,
    }
  },
}

const shrunk: Edit = {
  name: 'resize to less',
  plan(file, choose) {
    const dataset = choose(datasetsOf(file, (each) => isWritable(each) && each.layout.kind === 'chunked'))
    if (dataset === undefined) return undefined
    const { path, shape } = dataset
    return {
      change: (edited) => edited.dataset(path).resize(shape.map((size) => Math.floor(size / 2))),
      affected: [...valuesOf(file, path), `${place(path)} space`],
      effect: 'changes',
      stores: true,
    }
  },
}

const appended: Edit = {
  name: 'append',
  plan(file, choose) {
    const dataset = choose(
      datasetsOf(file, (each) => isWritable(each) && isPlain(each) && canGrow(each) && each.maxShape[0] === null),
    )
    if (dataset === undefined) return undefined
    const { path, shape, type } = dataset
    const [rows, ...row] = shape
    const each = row.reduce((product, size) => product * size, type.size)
    if (each === 0 || each > MOST) return undefined
    return {
      change(edited) {
        const grown = edited.dataset(path)
        grown.resize([rows + 3, ...row])
        grown.writeRaw(new Uint8Array(3 * each).fill(1), [slice(rows, undefined)])
      },
      undo: (edited) => edited.dataset(path).resize(shape),
      affected: [...valuesOf(file, path), `${place(path)} space`],
      effect: 'changes',
      stores: true,
    }
  },
}

function canGrow({ layout, shape, maxShape }: Dataset): boolean {
  return layout.kind === 'chunked' && shape.some((size, axis) => maxShape[axis] === null || size < maxShape[axis])
}

/** Gives texts and sequences, which are elsewhere in the file, the values that they have. */
const rewrittenSequences: Edit = {
  name: 'set sequences',
  plan(file, choose) {
    const dataset = choose(
      datasetsOf(file, (each) => {
        const { sequences, references } = outsideParts(each.type)
        return isWritable(each) && sequences && !references && sizeOf(each) > 0 && sizeOf(each) < MOST
      }),
    )
    if (dataset === undefined) return undefined
    const { path } = dataset
    const values = dataset.read(undefined, { absentStrings: 'null' })
    return { change: (edited) => edited.dataset(path).write(values), affected: [], effect: 'nothing', stores: true }
  },
}

const modifiedAttribute: Edit = {
  name: 'attr set to what it is',
  plan(file, choose) {
    const attributes = objectsOf(file).flatMap((object) => object.attributes().map(({ name }) => ({ object, name })))
    const found = choose(attributes)
    if (found === undefined) return undefined
    const { name } = found
    const { path } = found.object
    const value = found.object.attribute(name).read({ absentStrings: 'null' })
    return {
      change: (edited) => edited.get(path).modifyAttribute(name, value),
      affected: [],
      effect: 'nothing',
    }
  },
}

const renamedAttribute: Edit = {
  name: 'attr rename',
  plan(file, choose) {
    const object = choose(objectsOf(file).filter((each) => each.attributeNames().length > 0))
    const name = choose(object?.attributeNames() ?? [])
    if (object === undefined || name === undefined) return undefined
    const { path } = object
    return {
      change: (edited) => edited.get(path).renameAttribute(name, NEW),
      undo: (edited) => edited.get(path).renameAttribute(NEW, name),
      affected: [`${place(path)} @${name}`, `${place(path)} @${NEW}`],
      effect: 'changes',
    }
  },
}

function removed(name: string, pick: (links: Found[], choose: Choose) => string[]): Edit {
  return {
    name,
    plan(file, choose) {
      const paths = pick(linksOf(file), choose)
      if (paths.length === 0) return undefined
      return {
        change(edited) {
          for (const path of paths) edited.root.delete(path)
        },
        affected: paths,
        effect: 'removes',
      }
    },
  }
}

function moved(name: string, to: string): Edit {
  return {
    name,
    plan(file, choose) {
      const path = choose(linksOf(file))?.path
      if (path === undefined) return undefined
      return {
        change: (edited) => edited.root.move(path, to),
        undo(edited) {
          edited.root.move(to, path)
          const [first, ...rest] = to.slice(1).split('/')
          if (rest.length > 0) edited.root.delete(first)
        },
        affected: [
          path,
          ...to
            .split('/')
            .slice(1, 2)
            .map((each) => `/${each}`),
        ],
        effect: 'changes',
      }
    },
  }
}

const copied: Edit = {
  name: 'copy',
  plan(file, choose) {
    const path = choose(linksOf(file).filter(({ link }) => link.kind === 'hard'))?.path
    if (path === undefined) return undefined
    const to = `/${NEW}`
    return {
      change: (edited) => copyObject(edited.get(path), edited.root, to),
      undo: (edited) => edited.root.delete(to),
      affected: [to],
      effect: 'adds',
      copy: { from: path, to },
    }
  },
}

const made: Edit = {
  name: 'create dataset',
  plan(file, choose) {
    const group = choose(groupsOf(file))
    if (group === undefined) return undefined
    const path = child(group, NEW)
    return {
      change(edited) {
        const data = Int32Array.from({ length: 2000 }, (_, i) => i)
        edited.root.createDataset(path, { data, chunks: [300], compression: 'gzip', maxShape: [null] })
      },
      undo: (edited) => edited.root.delete(path),
      affected: [path],
      effect: 'adds',
    }
  },
}

const many = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`${NEW} ${i}`, i]))

export const EDITS: readonly Edit[] = [
  newAttributes('attr set', { [NEW]: [1, 2, 3] }),
  newAttributes('attr set text', { [NEW]: ['some', 'text', ''] }),
  newAttributes('attr set many', many),
  newAttributes('attr set large', { [NEW]: new Uint8Array(70_000).fill(7) }),
  modifiedAttribute,
  fewerAttributes('attr rm', (names, choose) => [choose(names) ?? names[0]]),
  fewerAttributes('attr rm all', (names) => names),
  renamedAttribute,
  removed('rm', (links, choose) => [choose(links)?.path].filter((path) => path !== undefined)),
  removed('rm everything', (links) => links.map(({ path }) => path).filter((path) => !path.includes('/', 1))),
  moved('mv', `/${NEW}`),
  moved('mv into new groups', `/${NEW}/one/two`),
  newLinks('ln', 1, (file, path, target) => file.root.createHardLink(path, file.get(target)), true),
  newLinks('ln --soft', 1, (file, path, target) => file.root.createSoftLink(path, target)),
  newLinks('ln --external', 1, (file, path) => file.root.createExternalLink(path, 'nowhere.h5', '/there')),
  newLinks('ln --soft, many times', 40, (file, path, target) => file.root.createSoftLink(path, target)),
  newLinks('mkgrp', 1, (file, path) => {
    file.root.createGroup(path)
  }),
  newLinks('mkgrp, many', 20, (file, path) => {
    file.root.createGroup(path, { trackOrder: true })
  }),
  rewrittenElements('set to what it is', (byte) => byte),
  rewrittenElements('set', (byte) => byte ^ 1),
  rewrittenSequences,
  appended,
  reshaped,
  shrunk,
  copied,
  made,
]
