import { Hdf5Error } from '@h5kit/core'
import { takeFilterModules } from './options/filter-modules.ts'
import { ClosedPipe, Output, OutputError } from './output.ts'
import type { Tools } from './program.ts'
import { program, programName } from './program.ts'

/** The reference tools' names, and like them those of commands of our own, each with what loads its command. */
const TOOLS: Tools = {
  h5append: async () => (await import('./tools/h5append.ts')).h5append,
  h5attr: async () => (await import('./tools/h5attr.ts')).h5attr,
  h5check: async () => (await import('./tools/h5check.ts')).h5check,
  h5clear: async () => (await import('./tools/h5clear.ts')).h5clear,
  h5copy: async () => (await import('./tools/h5copy.ts')).h5copy,
  h5create: async () => (await import('./tools/h5create.ts')).h5create,
  h5diff: async () => (await import('./tools/h5diff.ts')).h5diff,
  h5dump: async () => (await import('./tools/h5dump.ts')).h5dump,
  h5export: async () => (await import('./tools/h5export.ts')).h5export,
  h5format_convert: async () => (await import('./tools/h5format-convert.ts')).h5formatConvert,
  h5import: async () => (await import('./tools/h5import.ts')).h5import,
  h5jam: async () => (await import('./tools/h5jam.ts')).h5jam,
  h5ln: async () => (await import('./tools/h5ln.ts')).h5ln,
  h5ls: async () => (await import('./tools/h5ls.ts')).h5ls,
  h5mkgrp: async () => (await import('./tools/h5mkgrp.ts')).h5mkgrp,
  h5mv: async () => (await import('./tools/h5mv.ts')).h5mv,
  h5repack: async () => (await import('./tools/h5repack.ts')).h5repack,
  h5repart: async () => (await import('./tools/h5repart.ts')).h5repart,
  h5resize: async () => (await import('./tools/h5resize.ts')).h5resize,
  h5rm: async () => (await import('./tools/h5rm.ts')).h5rm,
  h5set: async () => (await import('./tools/h5set.ts')).h5set,
  h5stat: async () => (await import('./tools/h5stat.ts')).h5stat,
  h5unjam: async () => (await import('./tools/h5unjam.ts')).h5unjam,
}

/** Runs a tool by its name and ends the process with its status. */
export async function main(tool: string, argv: string[]): Promise<void> {
  const output = new Output(1)
  const name = tool === 'h5' ? programName(argv, TOOLS) : tool
  const warn = (message: string): void => {
    process.stderr.write(`${name}: ${message}\n`)
  }
  process.exitCode = await run(tool, argv, output, warn)
}

/** Runs a tool by its name; returns the exit status. */
export async function run(
  tool: string,
  argv: string[],
  output: Output,
  warn: (message: string) => void,
): Promise<number> {
  try {
    const rest = await withFilterModules(argv)
    if (rest === undefined) {
      warn('--filter-module needs the file of a module')
      return tool === 'h5' ? 2 : 1
    }
    const load = TOOLS[tool]
    const command = load === undefined ? program(TOOLS) : await load()
    const status = await command(rest, output, warn)
    output.flush()
    return status
  } catch (error) {
    return failure(error, output, warn)
  }
}

/**
 * Registers the filters of the modules that any tool's arguments may name, and returns the other arguments; undefined
 * where an option names none.
 */
async function withFilterModules(argv: string[]): Promise<string[] | undefined> {
  if (!argv.some((argument) => argument.startsWith('--filter-module'))) return argv
  const taken = takeFilterModules(argv)
  if (taken.incomplete) return undefined
  await (await import('./commands/filter-modules.ts')).loadFilterModules(taken.modules)
  return taken.argv
}

/** The one place where an error becomes a line and a status. */
function failure(error: unknown, output: Output, warn: (message: string) => void): number {
  if (error instanceof ClosedPipe) return 0
  if (!(error instanceof OutputError)) {
    try {
      output.flush()
    } catch (second) {
      if (second instanceof ClosedPipe) return 0
      warn(second instanceof Error ? second.message : String(second))
      return 1
    }
  }
  if (error instanceof Hdf5Error || error instanceof OutputError) warn(error.message)
  else warn(`internal error: ${error instanceof Error ? error.message : String(error)}`)
  return 1
}
