import type { File, H5Object, Link } from '@h5kit/core'
import type { Output } from '../output.ts'
import { editing, newNameIn, rehearsed, targetOf } from './edit-target.ts'

/** How a command that changes links is carried out. */
export interface LinkOptions {
  dryRun: boolean
  verbose: boolean
}

/** Removes links, and with them objects to which no other link leads. */
export async function removeLinks(
  words: readonly string[],
  { dryRun, verbose }: LinkOptions,
  output: Output,
): Promise<void> {
  const byFile = new Map<string, string[]>()
  for (const { name, path } of targetsOf(words)) byFile.set(name, [...(byFile.get(name) ?? []), path])
  for (const [name, paths] of byFile) {
    const said: string[] = []
    const remove = (file: File): void => {
      for (const path of paths) {
        said.push(`${path}: ${whatGoes(file, path)}`)
        file.root.delete(path)
      }
    }
    if (dryRun) {
      const { reclaimable } = await rehearsed(name, remove)
      for (const line of said) output.text(`would remove ${line}\n`)
      output.text(`${reclaimable} bytes of ${name} would become reclaimable\n`)
    } else {
      await editing(name, remove)
      if (verbose) for (const line of said) output.text(`removed ${line}\n`)
    }
  }
}

/** FILE/OBJECT ..., or FILE OBJECT ... */
function targetsOf(words: readonly string[]): { name: string; path: string }[] {
  const first = targetOf(words[0])
  if (first.path === '/' && words.length > 1) return words.slice(1).map((path) => ({ name: first.name, path }))
  return words.map(targetOf)
}

function whatGoes(file: File, path: string): string {
  const link = file.link(path)
  if (link.kind !== 'hard') return linkText(link)
  // Where the path goes through another file, the address is one there.
  const object = file.get(path)
  if (object.referenceCount > 1) return `one of ${object.referenceCount} links to the ${object.kind}`
  return object.kind === 'group' ? `the group and ${objectsBelow(object)} objects below it` : `the ${object.kind}`
}

function linkText(link: Exclude<Link, { kind: 'hard' }>): string {
  if (link.kind === 'soft') return `the soft link to ${link.target}`
  return link.kind === 'external' ? `the link to ${link.target} in ${link.file}` : 'the user-defined link'
}

function objectsBelow(object: H5Object): number {
  const seen = new Set<number>()
  if (object.kind !== 'group') return 0
  for (const { link } of object.visit())
    if (link.kind === 'hard' && link.address !== object.address) seen.add(link.address)
  return seen.size
}

/** Gives a link another name: FILE/OLD NEW, or FILE OLD NEW. */
export async function moveLink(
  words: readonly string[],
  { dryRun, verbose }: LinkOptions,
  output: Output,
): Promise<void> {
  const first = targetOf(words[0])
  const [from, name] = words.length > 2 ? [words[1], words[2]] : [first.path, words[1]]
  const to = newNameIn(first.name, name)
  const move = (file: File): void => file.root.move(from, to)
  if (dryRun) await rehearsed(first.name, move)
  else await editing(first.name, move)
  if (dryRun || verbose) output.text(`${dryRun ? 'would move' : 'moved'} ${from} to ${to}\n`)
}

export interface NewLinkOptions extends LinkOptions {
  soft: boolean
  /** The file that an external link leads to. */
  external: string | undefined
}

/** Makes a link: FILE TARGET NAME. */
export async function makeLink(words: readonly string[], options: NewLinkOptions, output: Output): Promise<void> {
  const { soft, external, dryRun, verbose } = options
  const { name, path } = targetOf(words[0])
  const [target, link] = words.length > 2 ? [words[1], words[2]] : [path, words[1]]
  const at = newNameIn(name, link)
  const make = ({ root }: File): void => {
    if (external !== undefined) root.createExternalLink(at, external, target)
    else if (soft) root.createSoftLink(at, target)
    else root.createHardLink(at, root.get(target))
  }
  if (dryRun) await rehearsed(name, make)
  else await editing(name, make)
  if (dryRun || verbose) output.text(`${dryRun ? 'would link' : 'linked'} ${at} to ${target}\n`)
}
