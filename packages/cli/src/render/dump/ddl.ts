import type { Attribute, Dataset, Dataspace, Datatype, File, Group, Link, NamedDatatype } from '@h5kit/core'
import type { DumpOptions } from '../../options/dump.ts'
import type { Selected } from '../../options/subset.ts'
import type { DumpOutputs } from './data.ts'
import { DataRenderer } from './data.ts'
import { dataspaceText } from './dataspace.ts'
import { datatypeLines } from './datatype.ts'
import { propertyLines } from './properties.ts'
import type { DumpRenderer, Naming } from './renderer.ts'
import { superblockText } from './superblock.ts'
import { LineWriter } from './writer.ts'

/** Says what could not be printed. */
type Failed = (what: string) => void

/** The dump ends where a line has no room for what it is indented by: with formats of numbers, lines have none. */
export class NoRoom extends Error {}

/** The data description language. */
export class DdlRenderer implements DumpRenderer {
  readonly #options: DumpOptions
  readonly #writer: LineWriter
  readonly #data: DataRenderer
  /** By how much the ends of the datasets that were begun are set off further. */
  readonly #deeper: number[] = []

  constructor(options: DumpOptions, outputs: DumpOutputs, failed: Failed, note: Failed) {
    this.#options = options
    this.#writer = new LineWriter(outputs.ddl, options.width)
    this.#data = new DataRenderer(options, this.#writer, outputs, failed, note)
  }

  beginGroup(level: number, name: string): void {
    this.#writer.line(level, `GROUP "${name}" {`)
  }

  groupFacts(level: number, group: Group, objectId: string | undefined): void {
    this.#objectId(level, objectId)
    this.#comment(level, group.comment)
  }

  sameAs(level: number, path: string): void {
    this.#writer.line(level, hardLink(path))
  }

  endGroup(level: number): void {
    this.#writer.line(level, '}')
  }

  attribute(level: number, attribute: Attribute, { typeName, objectId }: Naming): void {
    const { data, attributeData } = this.#options
    this.#writer.line(level, `ATTRIBUTE "${attribute.name}" {`)
    this.#typeAndSpace(level + 1, attribute.type, typeName, attribute.space)
    this.#objectId(level + 1, objectId)
    if (data || attributeData) this.#data.attribute(level + 1, attribute)
    this.#writer.line(level + this.#data.takeDeeper(), '}')
  }

  beginDataset(level: number, name: string, dataset: Dataset, naming: Naming, selected: Selected | undefined): void {
    const { properties, data } = this.#options
    const writer = this.#writer
    writer.begunLine(level, `DATASET "${name}" {`)
    this.#comment(level, dataset.comment)
    this.#typeAndSpace(level + 1, dataset.type, naming.typeName, dataset.space)
    this.#objectId(level + 1, naming.objectId)
    if (properties) this.#properties(level + 1, dataset)
    if (data) this.#data.dataset(level + 1, dataset, selected)
    this.#deeper.push(this.#data.takeDeeper())
  }

  #properties(level: number, dataset: Dataset): void {
    const fillText = (value: Uint8Array): string => this.#data.element(dataset.type, dataset.file, value, level)
    for (const { deeper, text, paragraph } of propertyLines(dataset, fillText)) {
      if (paragraph === undefined) this.#writer.line(level + deeper, text)
      else this.#writer.paragraph(level + deeper, paragraph)
    }
  }

  endDataset(level: number): void {
    this.#writer.begunLine(level + (this.#deeper.pop() ?? 0), '}')
  }

  repeatedDataset(level: number, name: string, path: string): void {
    this.#writer.line(level, `DATASET "${name}" {`)
    this.#writer.line(level + 1, hardLink(path))
    this.#writer.line(level, '}')
  }

  beginDatatype(level: number, name: string, datatype: NamedDatatype, path: string | undefined): void {
    const writer = this.#writer
    writer.line(level, `DATATYPE "${name}" `)
    if (path !== undefined) {
      writer.more(level, hardLink(path))
      return
    }
    const lines = datatypeLines(datatype.type)
    if (datatype.type.class !== 'compound') lines[lines.length - 1] += ';'
    writer.more(level, lines[0])
    writer.datatype(level, lines.slice(1))
  }

  endDatatype(): void {}

  softLink(level: number, { name, target }: Extract<Link, { kind: 'soft' }>): void {
    this.#writer.line(level, `SOFTLINK "${name}" {`)
    this.#writer.line(level + 1, `LINKTARGET "${target}"`)
    this.#writer.line(level, '}')
  }

  userDefinedLink(level: number, { name, type }: Extract<Link, { kind: 'user-defined' }>): void {
    this.#writer.line(level, `USERDEFINED_LINK "${name}" {`)
    this.#writer.line(level + 1, `LINKCLASS ${type}`)
    this.#writer.line(level, '}')
  }

  beginExternalLink(level: number, { name, file, target }: Extract<Link, { kind: 'external' }>): void {
    this.#writer.line(level, `EXTERNAL_LINK "${name}" {`)
    this.#writer.line(level + 1, `TARGETFILE "${file}"`)
    this.#writer.line(level + 1, `TARGETPATH "${target}"`)
  }

  endExternalLink(level: number): void {
    this.#writer.line(level, '}')
  }

  /** The superblock, and how file space is managed. */
  superblock(file: File): void {
    this.#indented(superblockText(file))
  }

  /** A soft, external or user-defined link that is asked for by its path. */
  namedLink(path: string, link: Exclude<Link, { kind: 'hard' }>): void {
    switch (link.kind) {
      case 'soft':
        this.#indented(`\nSOFTLINK "${path}" {\n   LINKTARGET "${link.target}"\n}`)
        return
      case 'external':
        this.#indented(`\nEXTERNAL_LINK "${path}" {\n   TARGETFILE "${link.file}"\n   TARGETPATH "${link.target}"\n}`)
        return
      case 'user-defined':
        this.#indented(`\nUSERDEFINED_LINK "${path}" {\n   LINKCLASS ${link.type}\n}`)
    }
  }

  /** What stands around the notice that something which is asked for cannot be opened. */
  beginMissing(kind: 'ATTRIBUTE' | 'GROUP' | 'DATATYPE', name: string): void {
    this.#indented(`\n${kind} "${name}" ${kind === 'DATATYPE' ? '' : '{'}${kind === 'ATTRIBUTE' ? '' : '\n   '}`)
  }

  endMissing(kind: 'ATTRIBUTE' | 'GROUP' | 'DATATYPE'): void {
    this.#writer.raw(kind === 'ATTRIBUTE' ? '\n}' : kind === 'GROUP' ? '}' : '')
  }

  /** Text whose lines the reference indents without asking the width: it gives up at one that lines have no room for. */
  #indented(text: string): void {
    const { width, perLine } = this.#options
    const room = perLine === 1 ? 0 : width
    for (const { 0: margin, index } of text.matchAll(/(?<=\n) +/g)) {
      if (margin.length < room) continue
      this.#writer.raw(text.slice(0, index))
      throw new NoRoom()
    }
    this.#writer.raw(text)
  }

  #typeAndSpace(level: number, type: Datatype, typeName: string | undefined, space: Dataspace): void {
    const lines = typeName === undefined ? datatypeLines(type) : [typeName]
    this.#writer.line(level, `DATATYPE  ${lines[0]}`)
    this.#writer.datatype(level, lines.slice(1))
    this.#writer.line(level, `DATASPACE  ${dataspaceText(space)}`)
  }

  #objectId(level: number, objectId: string | undefined): void {
    if (objectId !== undefined) this.#writer.line(level, `OBJECTID { ${objectId} }`)
  }

  #comment(level: number, comment: string | undefined): void {
    if (comment !== undefined && comment !== '') this.#writer.line(level, `COMMENT "${comment}"`)
  }
}

function hardLink(path: string): string {
  return `HARDLINK "${path}"`
}
