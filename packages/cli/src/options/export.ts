import type { SelectionTerm } from '@h5kit/core'
import { slice } from '@h5kit/core'
import type { ElementFormat } from './create.ts'
import { ELEMENT_FORMATS } from './create.ts'
import type { OptionRule } from './reference-arguments.ts'
import { readArguments } from './reference-arguments.ts'

/** What goes out of a file, and how. */
export interface ExportOptions {
  /** FILE/OBJECT. */
  source: string
  attribute: string | undefined
  /** Undefined for stdout. */
  output: string | undefined
  format: ElementFormat
  /** The type to convert to, for raw bytes and NPY. */
  type: string | undefined
  selection: SelectionTerm[] | undefined
}

export type ExportCommand =
  | { kind: 'help' }
  | { kind: 'mistake'; what: string }
  | { kind: 'run'; options: ExportOptions }

const RULES: readonly OptionRule[] = [
  { letter: 'h', names: ['help'], value: 'none' },
  { letter: 'o', names: ['output'], value: 'required' },
  { letter: 'f', names: ['format'], value: 'required' },
  { letter: 't', names: ['type'], value: 'required' },
  { letter: 's', names: ['select'], value: 'required' },
  { letter: 'a', names: ['attribute'], value: 'required' },
]

const EXTENSIONS: Record<string, ElementFormat> = { csv: 'csv', npy: 'npy', json: 'json', raw: 'raw', bin: 'raw' }

/** Reads `h5 export`'s command line: options before and behind the object. */
export function parseExport(argv: readonly string[]): ExportCommand {
  const values = new Map<string, string>()
  const sources: string[] = []
  let rest: readonly string[] = argv
  while (rest.length > 0) {
    const found = readArguments(rest, RULES)
    if (found.kind === 'mistake') return found
    for (const { name, value } of found.options) values.set(name, value ?? '')
    sources.push(...found.files.slice(0, 1))
    rest = found.files.slice(1)
  }
  if (values.has('help')) return { kind: 'help' }
  const [source] = sources
  if (source === undefined || sources.length > 1)
    return { kind: 'mistake', what: 'one object is exported: FILE/OBJECT' }
  const output = values.get('output')
  const name =
    values.get('format') ?? EXTENSIONS[output?.slice(output.lastIndexOf('.') + 1).toLowerCase() ?? ''] ?? 'csv'
  const format = ELEMENT_FORMATS.find((each) => each === name)
  if (format === undefined)
    return { kind: 'mistake', what: `no format is called "${name}": ${ELEMENT_FORMATS.join(', ')}` }
  const selection = selectionOf(values.get('select'))
  if (selection === 'mistake') return { kind: 'mistake', what: `"${values.get('select')}" is no selection` }
  const options = {
    source,
    attribute: values.get('attribute'),
    output: output === '-' ? undefined : output,
    format,
    type: values.get('type'),
    selection,
  }
  return { kind: 'run', options }
}

/** A selection as Python writes it: `0`, `2:10`, `:, ::2`, `..., 1`. */
function selectionOf(text: string | undefined): SelectionTerm[] | undefined | 'mistake' {
  if (text === undefined) return undefined
  const terms: SelectionTerm[] = []
  for (const part of text.replace(/^\[(.*)\]$/, '$1').split(',')) {
    const term = part.trim()
    const bounds = /^(-?\d+)?:(-?\d+)?(?::(\d+)?)?$/.exec(term)
    if (term === '...') terms.push('...')
    else if (/^-?\d+$/.test(term)) terms.push(Number(term))
    else if (bounds !== null) terms.push(slice(numberOf(bounds[1]), numberOf(bounds[2]), numberOf(bounds[3])))
    else return 'mistake'
  }
  return terms
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}
