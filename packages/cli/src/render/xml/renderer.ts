import type { Attribute, Dataset, Link, NamedDatatype } from '@h5kit/core'
import type { DumpOptions, XmlOptions } from '../../options/dump.ts'
import type { DumpOutputs } from '../dump/data.ts'
import type { PathOf } from './data.ts'
import { XmlData } from './data.ts'
import { writeDatatype } from './datatype.ts'
import { escapeName } from './escape.ts'
import { writeFillValue } from './fill-value.ts'
import { writeDataspace, writeStorageLayout } from './storage.ts'
import { XmlWriter } from './writer.ts'

/** Where something is in the document: what it is called, and the group that it is in. */
export interface Place {
  name: string
  path: string
  id: string
  parentPath: string
  parentId: string
}

/** An object that was dumped before. */
export interface Pointer {
  id: string
  path: string
}

/** The committed datatype of a dataset or an attribute: without a path where no link leads to it. */
export type CommittedType = { id: string; path: string | undefined } | 'unknown'

const SCHEMA = 'https://raw.githubusercontent.com/HDFGroup/hdf5/develop/tools/test/h5dump/testfiles/xml/HDF5-File.xsd'
const DOCUMENT_TYPE =
  'https://raw.githubusercontent.com/HDFGroup/hdf5/develop/tools/test/h5dump/testfiles/xml/HDF5-File.dtd'
const TEST_FILES = 'https://github.com/HDFGroup/hdf5/blob/develop/tools/test/h5dump/testfiles/xml'
const INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance'

/** A dump in XML. Levels count from 0. */
export class XmlRenderer {
  readonly #xml: XmlOptions
  readonly #writer: XmlWriter
  readonly #data: XmlData

  /**
   * @param pathOf finds the path of what a reference leads to
   * @param note says something that changes nothing of the dump's status
   */
  constructor(
    options: DumpOptions,
    xml: XmlOptions,
    outputs: DumpOutputs,
    pathOf: PathOf,
    note: (what: string) => void,
  ) {
    this.#xml = xml
    this.#writer = new XmlWriter(outputs.ddl, xml.prefix, options.width)
    this.#data = new XmlData(options, this.#writer, outputs, pathOf, note)
  }

  beginDocument(): void {
    const { schema, uri, prefix } = this.#xml
    this.#writer.raw('<?xml version="1.0" encoding="UTF-8"?>\n')
    if (!schema) {
      this.#writer.raw(`<!DOCTYPE HDF5-File PUBLIC "HDF5-File.dtd" "${uri ?? DOCUMENT_TYPE}">\n<HDF5-File>\n`)
    } else if (prefix === '') {
      this.#writer.raw(`<HDF5-File xmlns:xsi="${INSTANCE}" xsi:noNamespaceSchemaLocation="${uri ?? SCHEMA}">\n`)
    } else {
      const space = prefix.includes(':') ? prefix.slice(0, prefix.lastIndexOf(':')) : prefix
      const location = `xsi:schemaLocation="${TEST_FILES} ${SCHEMA}"`
      this.#writer.raw(`<${prefix}HDF5-File xmlns:${space}="${SCHEMA}" xmlns:xsi="${INSTANCE}" ${location}>\n`)
    }
  }

  endDocument(): void {
    this.#writer.raw(`\n</${this.#xml.prefix}HDF5-File>\n`)
  }

  beginRoot(id: string): void {
    this.#writer.tag(0, `RootGroup OBJ-XID="${id}" H5Path="/"`)
  }

  endRoot(): void {
    this.#writer.endTag(0, 'RootGroup')
  }

  beginGroup(level: number, place: Place): void {
    const { name, path, id } = place
    const group = `Group Name="${escapeName(name)}" OBJ-XID="${id}" H5Path="${escapeName(path)}"`
    this.#writer.tag(level, `${group} ${parents(place)} `)
  }

  endGroup(level: number): void {
    this.#writer.endTag(level, 'Group')
  }

  /** A group that was dumped before; `number` is that of the repetition. */
  repeatedGroup(level: number, place: Place, number: number, before: Pointer): void {
    const path = `H5Path="${escapeName(before.path)}"`
    const group = `Group Name="${escapeName(place.name)}" OBJ-XID="${place.id}-${number}" ${path} ${parents(place)}`
    this.#writer.tag(level, group)
    this.#writer.tag(level + 1, `GroupPtr OBJ-XID="${before.id}" ${path} ${parents(place)} /`)
    this.endGroup(level)
  }

  attribute(level: number, attribute: Attribute, committed: CommittedType | undefined): void {
    const { name, type, space } = attribute
    const contents = (): void => {
      writeDataspace(this.#writer, level + 1, space)
      if (committed === undefined) writeDatatype(this.#writer, level + 1, type)
      else this.#committed(level + 1, committed)
      this.#data.attribute(level + 1, attribute)
    }
    this.#writer.element(level, 'Attribute', contents, ` Name="${escapeName(name)}"`)
  }

  /** A dataset up to its attributes. */
  beginDataset(level: number, place: Place, dataset: Dataset, committed: CommittedType | undefined): void {
    const { name, path, id } = place
    const writer = this.#writer
    const tag = `Dataset Name="${escapeName(name)}" OBJ-XID="${id}" H5Path= "${escapeName(path)}"`
    writer.tag(level, `${tag} ${parents(place)}`)
    writeStorageLayout(writer, level + 1, dataset)
    writeFillValue(writer, level + 1, dataset)
    writeDataspace(writer, level + 1, dataset.space)
    if (committed === undefined) writeDatatype(writer, level + 1, dataset.type)
    else this.#committed(level + 1, committed)
  }

  /** A dataset from its values on. */
  endDataset(level: number, dataset: Dataset): void {
    this.#data.dataset(level + 1, dataset)
    this.#writer.endTag(level, 'Dataset')
  }

  /** A dataset that was dumped before; `number` is that of the repetition. */
  repeatedDataset(level: number, place: Place, number: number, before: Pointer): void {
    const { name, path, id } = place
    const tag = `Dataset Name="${escapeName(name)}" OBJ-XID="${id}-${number}" H5Path="${escapeName(path)}"`
    this.#writer.tag(level, `${tag} ${parents(place)}`)
    this.#writer.tag(level + 1, `DatasetPtr OBJ-XID="${before.id}" H5Path="${escapeName(before.path)}"/`)
    this.#writer.endTag(level, 'Dataset')
  }

  #committed(level: number, committed: CommittedType): void {
    if (committed === 'unknown') this.#writer.comment(level, 'h5dump error: unknown committed type.')
    else if (committed.path === undefined) this.#writer.tag(level, `NamedDataTypePtr OBJ-XID="${committed.id}"/`)
    else this.#writer.tag(level, `NamedDataTypePtr OBJ-XID="${committed.id}" H5Path="${escapeName(committed.path)}" /`)
  }

  /** A committed datatype; `before` is set where it was dumped before. */
  datatype(level: number, place: Place, datatype: NamedDatatype, before: Pointer | undefined): void {
    const { name, path, id } = place
    const contents = (): void => {
      if (before === undefined) writeDatatype(this.#writer, level + 1, datatype.type)
      else {
        this.#writer.tag(level + 1, `NamedDatatypePtr OBJ-XID="${before.id}" H5Path="${escapeName(before.path)}"/`)
      }
    }
    // What begins with a number sign stands for a type that no link leads to.
    const where = name.startsWith('#') ? '' : ` H5Path="${escapeName(path)}"`
    const attributes = ` Name="${escapeName(name)}" OBJ-XID="${id}"${where} ${parents(place)}`
    this.#writer.element(level, 'NamedDataType', contents, attributes)
  }

  /** @param target of what the link leads to; undefined where that is nothing */
  softLink(level: number, place: Place, link: Extract<Link, { kind: 'soft' }>, target: string | undefined): void {
    const object = target === undefined ? '' : `TargetObj="${target}"`
    this.#link(level, 'SoftLink', place, `TargetPath="${escapeName(link.target)}" ${object}`)
  }

  externalLink(level: number, place: Place, { file, target }: Extract<Link, { kind: 'external' }>): void {
    this.#link(level, 'ExternalLink', place, `TargetFilename="${file}"  TargetPath="${target}" `)
  }

  userDefinedLink(level: number, place: Place, { type }: Extract<Link, { kind: 'user-defined' }>): void {
    this.#link(level, 'UserDefined', place, `LinkClass="${type}" `)
  }

  #link(level: number, kind: string, place: Place, target: string): void {
    const { name, path, id } = place
    const source = `LinkName="${escapeName(name)}" OBJ-XID="${id}" H5SourcePath="${escapeName(path)}"`
    this.#writer.tag(level, `${kind} ${source} ${target} ${parents(place)} /`)
  }
}

function parents({ parentId, parentPath }: Place): string {
  return `Parents="${parentId}" H5ParentPaths="${escapeName(parentPath)}"`
}
