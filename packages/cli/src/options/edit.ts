import type { GivenOption, OptionRule } from './reference-arguments.ts'
import { readArguments } from './reference-arguments.ts'

/** The command line of a command that changes a file. */
export type EditCommand =
  | { kind: 'help' }
  | { kind: 'mistake'; what: string }
  | { kind: 'run'; words: string[]; option: (name: string) => string | undefined; has: (name: string) => boolean }

const HELP: OptionRule = { letter: 'h', names: ['help'], value: 'none' }

/**
 * Takes a command line apart: options may stand anywhere, and what follows "--" is none. A minus with a digit behind it
 * begins a number.
 *
 * @param least words that there have to be
 */
export function parseEdit(argv: readonly string[], rules: readonly OptionRule[], least: number): EditCommand {
  const known = [...rules, HELP]
  const given: GivenOption[] = []
  const words: string[] = []
  let rest = [...argv]
  while (rest.length > 0) {
    const [first] = rest
    if (first === '--') {
      words.push(...rest.slice(1))
      break
    }
    if (!/^--?[A-Za-z?]/.test(first)) {
      words.push(first)
      rest = rest.slice(1)
      continue
    }
    const read = readArguments(rest, known)
    if (read.kind === 'mistake') return read
    given.push(...read.options)
    // "--" itself is taken by the reading.
    const taken = rest.length - read.files.length
    if (rest[taken - 1] === '--') {
      words.push(...read.files)
      break
    }
    rest = read.files
  }
  if (given.some(({ name }) => name === 'help')) return { kind: 'help' }
  if (words.length < least) return { kind: 'mistake', what: words.length === 0 ? 'no file named' : 'too few arguments' }
  const found = (name: string): GivenOption | undefined => given.findLast((each) => each.name === name)
  return {
    kind: 'run',
    words,
    option: (name) => found(name)?.value,
    has: (name) => found(name) !== undefined,
  }
}

/** Sizes or positions along axes: 2,3 or 2x3; nothing or "scalar" for none. Undefined where a text is no such list. */
export function readAxes(text: string): number[] | undefined {
  if (text === '' || text === 'scalar') return []
  const parts = text.split(/[x,]/)
  return parts.every((part) => /^\d{1,15}$/.test(part)) ? parts.map(Number) : undefined
}
