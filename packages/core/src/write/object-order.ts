import type { LinkedObject, ObjectDraft } from './drafts.ts'

/** The objects that can be reached from some, and how many links each has. */
export interface ObjectOrder {
  /** What an object leads to is before it, save where that leads back to it. */
  objects: ObjectDraft[]
  /** Hard links, and uses of committed datatypes, which count as such; to objects that the file has already too. */
  references: Map<LinkedObject, number>
}

/** Finds all objects, children before parents. Groups may be as deep as they like. */
export function orderObjects(roots: readonly ObjectDraft[]): ObjectOrder {
  const objects: ObjectDraft[] = []
  const references = new Map<LinkedObject, number>()
  const open: { object: ObjectDraft; below: Iterator<LinkedObject> }[] = []
  const enter = (object: LinkedObject): void => {
    if (object.kind === 'existing') return
    if (isLeaf(object)) objects.push(object)
    else open.push({ object, below: leadsTo(object) })
  }
  for (const root of roots) {
    if (!references.has(root)) {
      references.set(root, 0)
      enter(root)
    }
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const next = top.below.next()
      if (next.done === true) {
        objects.push(top.object)
        open.pop()
        continue
      }
      const known = references.get(next.value)
      references.set(next.value, (known ?? 0) + 1)
      if (known === undefined) enter(next.value)
    }
  }
  return { objects, references }
}

/** Most objects lead nowhere. */
function isLeaf(object: ObjectDraft): boolean {
  return (
    object.kind !== 'group' &&
    (object.kind === 'datatype' || object.committed === undefined) &&
    object.attributes.every(({ committed }) => committed === undefined)
  )
}

function* leadsTo(object: ObjectDraft): Generator<LinkedObject> {
  if (object.kind === 'dataset' && object.committed !== undefined) yield object.committed
  for (const { committed } of object.attributes) if (committed !== undefined) yield committed
  if (object.kind !== 'group') return
  for (const link of object.links.values()) if (link.kind === 'hard') yield link.object
}
