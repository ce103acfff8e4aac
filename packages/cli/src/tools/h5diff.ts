import { diff } from '../commands/diff.ts'
import type { DiffOptions } from '../options/diff.ts'
import { parseDiff } from '../options/diff.ts'
import type { Output } from '../output.ts'
import type { DiffReport } from '../render/diff/report.ts'
import { TextReport } from '../render/diff/text-report.ts'
import { mistake } from './mistake.ts'

/** `h5diff`: the reference tool's options, output and exit status. */
export async function h5diff(
  argv: string[],
  output: Output,
  warn: (message: string) => void,
  name = 'h5diff',
): Promise<number> {
  const command = parseDiff(argv)
  switch (command.kind) {
    case 'help':
      output.text((await import('./h5diff-help.ts')).HELP)
      return 0
    case 'version':
      output.text('h5diff: Version 2.2.0\n')
      return 0
    case 'mistake':
      if (command.text !== undefined) output.text(command.text)
      return mistake(command.what, name, command.status, warn)
    case 'diff':
      for (const note of command.notes) warn(note)
      return await diff(command.options, await reportFor(command.options, output), output, warn)
  }
}

async function reportFor(options: DiffOptions, output: Output): Promise<DiffReport> {
  const { files, onlyDifferences, structureOnly } = options
  if (options.json) {
    return new (await import('../render/diff/json-report.ts')).JsonReport(output, files, onlyDifferences)
  }
  return new TextReport(output, { ...options, explains: structureOnly })
}
