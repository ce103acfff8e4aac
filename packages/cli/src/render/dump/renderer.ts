import type { Attribute, Dataset, Group, Link, NamedDatatype } from '@h5kit/core'
import type { Selected } from '../../options/subset.ts'

/** How a dataset or an attribute is called, besides what is stored in it. */
export interface Naming {
  /** The committed datatype that is used, in quotes, empty where it is unknown; undefined where none is. */
  typeName: string | undefined
  /** A number for the object; undefined where it is not asked for. */
  objectId: string | undefined
}

/**
 * Puts what a dump comes upon into text: the data description language, or XML. It is told of everything in the order
 * in which it is printed, and decides nothing about what that is. Levels count from 1.
 */
export interface DumpRenderer {
  beginGroup(level: number, name: string): void
  /** What a group is described with, before its attributes and links. */
  groupFacts(level: number, group: Group, objectId: string | undefined): void
  /** In place of the attributes and links of a group that was dumped before. */
  sameAs(level: number, path: string): void
  endGroup(level: number): void

  attribute(level: number, attribute: Attribute, naming: Naming): void

  /** A dataset up to its attributes. */
  beginDataset(level: number, name: string, dataset: Dataset, naming: Naming, selected: Selected | undefined): void
  endDataset(level: number): void
  /** A dataset that was dumped before. */
  repeatedDataset(level: number, name: string, path: string): void

  /** A committed datatype up to its attributes; `path` is set where it was dumped before. */
  beginDatatype(level: number, name: string, datatype: NamedDatatype, path: string | undefined): void
  endDatatype(level: number): void

  softLink(level: number, link: Extract<Link, { kind: 'soft' }>): void
  userDefinedLink(level: number, link: Extract<Link, { kind: 'user-defined' }>): void
  beginExternalLink(level: number, link: Extract<Link, { kind: 'external' }>): void
  endExternalLink(level: number): void
}
