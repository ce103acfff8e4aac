import { closeSync, openSync } from 'node:fs'
import type { DumpFile } from '../commands/dump.ts'
import { dump } from '../commands/dump.ts'
import type { Destination, DumpOptions } from '../options/dump.ts'
import { parseDump } from '../options/dump-arguments.ts'
import { Output, OutputError } from '../output.ts'
import { mistake } from './mistake.ts'

/** `h5dump`: the reference tool's options, output and exit status. */
export async function h5dump(
  argv: string[],
  output: Output,
  warn: (message: string) => void,
  name = 'h5dump',
): Promise<number> {
  const command = parseDump(argv)
  switch (command.kind) {
    case 'help':
      output.text((await import('./h5dump-help.ts')).HELP)
      return 0
    case 'version':
      output.text('h5dump: Version 2.2.0\n')
      return 0
    case 'mistake':
      return mistake(command.what, name, 1, warn)
    case 'dump':
      for (const note of command.notes) warn(note)
      return withOutputs(command.options, await language(command.options), output, warn)
  }
}

/** What puts a file into text; undefined for the data description language. */
async function language({ xml }: DumpOptions): Promise<DumpFile | undefined> {
  return xml === undefined ? undefined : (await import('../commands/dump-xml.ts')).xmlDump(xml)
}

function withOutputs(
  options: DumpOptions,
  dumpFile: DumpFile | undefined,
  output: Output,
  warn: (message: string) => void,
): number {
  const opened = new Map<string, { fd: number; output: Output }>()
  const place = (destination: Destination): Output | undefined => {
    if (destination.kind === 'stdout') return output
    if (destination.kind === 'nowhere') return undefined
    const known = opened.get(destination.name)
    if (known !== undefined) return known.output
    const fd = create(destination.name)
    const made = { fd, output: new Output(fd) }
    if (options.maxBytes !== undefined) made.output.limit(options.maxBytes)
    opened.set(destination.name, made)
    return made.output
  }
  if (options.maxBytes !== undefined) output.limit(options.maxBytes)
  try {
    const outputs = {
      standard: output,
      ddl: place(options.ddlOutput),
      data: place(options.dataOutput),
      attributes: place(options.attributeOutput),
    }
    const flushAndWarn = (message: string): void => {
      for (const each of opened.values()) each.output.flush()
      output.flush()
      warn(message)
    }
    const status = dump(options, outputs, flushAndWarn, dumpFile)
    // Where values alone are printed, nothing else ends their last line.
    if (outputs.ddl === undefined && outputs.data === output) output.text('\n')
    for (const each of opened.values()) each.output.flush()
    return status
  } finally {
    for (const { fd } of opened.values()) closeSync(fd)
  }
}

function create(name: string): number {
  try {
    return openSync(name, 'w')
  } catch (error) {
    throw new OutputError(`cannot write "${name}": ${error instanceof Error ? error.message : String(error)}`)
  }
}
