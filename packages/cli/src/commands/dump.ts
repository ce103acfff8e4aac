import type { H5Object } from '@h5kit/core'
import { Hdf5Error } from '@h5kit/core'
import type { File } from '@h5kit/core/node'
import { onionRevisions } from '@h5kit/core/node'
import type { DumpOptions } from '../options/dump.ts'
import type { Output } from '../output.ts'
import type { DumpOutputs } from '../render/dump/data.ts'
import { DdlRenderer, NoRoom } from '../render/dump/ddl.ts'
import { FileTables } from './dump-files.ts'
import { dumpRequest } from './dump-requests.ts'
import type { Order } from './dump-tables.ts'
import { Undecided, visitFile } from './dump-tables.ts'
import { DumpWalk } from './dump-walk.ts'
import { openWithDriver } from './open-driver.ts'

/** Says something on stderr, behind what was printed before. */
export type Warn = (message: string) => void

/** A file, and all that has to do with its dump. */
export interface Dumped {
  file: File
  /** As the command line names it. */
  name: string
  options: DumpOptions
  outputs: DumpOutputs
  /** Says what went wrong, for which the dump ends with status 1. */
  failed: Warn
  /** Says something that changes nothing of the dump's status. */
  note: Warn
}

/** Dumps one file; 'stop' where none that follows is dumped. */
export type DumpFile = (dumped: Dumped) => 'done' | 'stop'

/** Dumps what the command line names, each file in its turn; returns the exit status. */
export function dump(options: DumpOptions, outputs: DumpOutputs, warn: Warn, dumpFile: DumpFile = ddlDump): number {
  let status = 0
  const failed = (what: string): void => {
    status = 1
    warn(what)
  }
  const { revision } = options.driver
  if (revision !== undefined) outputs.standard.text(`Using revision ${revision}\n`)
  for (const name of options.files) {
    if (options.revisionCount) return countRevisions(name, outputs, failed)
    const file = open(name, options, failed)
    if (file === undefined) return 1
    try {
      const ended = dumpFile({ file, name, options, outputs, failed, note: warn })
      if (ended === 'stop') return status
    } finally {
      file.close()
    }
  }
  return status
}

function countRevisions(name: string, outputs: DumpOutputs, failed: Warn): number {
  try {
    const { length } = onionRevisions(name)
    outputs.standard.text(`The number of revisions for the onion file is ${length}\n`)
    return 0
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    failed(`unable to open file "${name}": ${error.message}`)
    return 1
  }
}

function open(name: string, options: DumpOptions, failed: Warn): File | undefined {
  const { virtualFirstMissing, virtualGap, data } = options
  const view = virtualFirstMissing && data ? 'first-missing' : 'last-available'
  const virtualView = { view, gap: data ? virtualGap : 0 } as const
  const { file, error } = openWithDriver(name, options.driver, { virtualView })
  if (file === undefined) failed(`unable to open file "${name}"${error === undefined ? '' : `: ${error.message}`}`)
  return file
}

/** Dumps one file in the data description language. */
function ddlDump(dumped: Dumped): 'done' | 'stop' {
  if (dumpDraft(dumped)) return 'done'
  const { file, name, options, outputs, failed, note } = dumped
  const order = orderOf(options)
  const tables = tablesOf(file, order, failed)
  if (tables === undefined) return 'stop'
  const text = (part: string): void => outputs.ddl?.text(part)
  text(`HDF5 "${name}" {`)
  if (options.contents !== 'none') {
    text('\nFILE_CONTENTS {\n')
    // Only what stands around the paths goes where --ddl says.
    contents(file, tables, options, order, outputs.standard)
    text(' }\n')
    text('}\n')
    return 'stop'
  }
  const renderer = new DdlRenderer(options, outputs, failed, note)
  try {
    if (options.superblock) renderer.superblock(file)
    const walk = new DumpWalk(options, renderer, tables, failed)
    if (options.requests.length === 0) walk.group(1, '/', file.root)
    else for (const request of options.requests) dumpRequest(request, { file, walk, renderer, options, failed })
  } catch (error) {
    if (!(error instanceof NoRoom)) throw error
    failed('lines have no room for what is indented: --width behind --format and --lformat makes some')
    return 'stop'
  }
  text('\n}\n')
  return 'done'
}

/** Bytes of a dump that are kept until it is known to be right. */
const LONGEST_DRAFT = 40 << 20

/**
 * Dumps all of a file without having looked through it first. Nothing of it is printed before all was read, or before
 * the file was looked through after all. False where the dump turns out not to be that simple: then nothing was printed.
 */
function dumpDraft({ file, name, options, outputs, failed, note }: Dumped): boolean {
  const { standard, ddl, data, attributes } = outputs
  const { requests, contents: listing, objectIds, superblock, maxBytes } = options
  if (ddl !== standard || data !== standard || attributes !== standard) return false
  if (requests.length > 0 || listing !== 'none' || objectIds || superblock || maxBytes !== undefined) return false
  const tables = new FileTables(file, orderOf(options), true)
  const decided =
    (say: Warn): Warn =>
    (what) => {
      if (tables.growing) throw new Undecided()
      say(what)
    }
  standard.hold(LONGEST_DRAFT, () => tables.complete())
  try {
    standard.text(`HDF5 "${name}" {`)
    const renderer = new DdlRenderer(options, outputs, decided(failed), decided(note))
    new DumpWalk(options, renderer, tables, decided(failed)).group(1, '/', file.root)
    standard.text('\n}\n')
    standard.release()
    return true
  } catch (error) {
    if (!tables.growing || !(error instanceof Undecided || error instanceof Hdf5Error)) throw error
    standard.drop()
    return false
  }
}

function orderOf({ sortBy, descending }: DumpOptions): Order {
  return { by: sortBy, descending }
}

/** All objects are looked at before any is dumped; where one cannot be read, nothing is. */
export function tablesOf(file: File, order: Order, failed: Warn): FileTables | undefined {
  try {
    return new FileTables(file, order)
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    failed(`cannot read the objects of "${file.name}": ${error.message}`)
    return undefined
  }
}

/** The paths of all that is in a file. */
function contents(file: File, tables: FileTables, options: DumpOptions, order: Order, output: Output): void {
  const text = (part: string): void => output.text(part)
  const row = (kind: string, path: string): string => ` ${kind.padEnd(10)} ${path}`
  for (const address of tables.current.unnamed) text(`${row('datatype', `/#${address}`)}\n`)
  for (const visited of visitFile(file, order)) {
    const { path } = visited
    if (visited.kind === 'object') {
      const { object, before } = visited
      text(`${row(object.kind, path)}${before === undefined ? '' : ` -> ${before}`}\n`)
      if (before !== undefined || options.contents !== 'attributes') continue
      const prefix = path === '/' ? '/' : `${path}/`
      for (const name of attributeNames(object, order)) text(`${row('attribute', prefix + name)}\n`)
    } else if (visited.link.kind === 'soft') text(`${row('link', path)} -> ${visited.link.target}\n`)
    else if (visited.link.kind === 'external') {
      text(`${row('ext link', path)} -> ${visited.link.file} ${visited.link.target}\n`)
    } else text(`${row('unknown type of UD link', path)} -> ???\n`)
  }
}

/** Attributes that cannot be read are passed over. */
function attributeNames(object: H5Object, order: Order): string[] {
  try {
    const names = object.attributeNames(order.by)
    return order.descending ? names.reverse() : names
  } catch (error) {
    if (error instanceof Hdf5Error) return []
    throw error
  }
}
