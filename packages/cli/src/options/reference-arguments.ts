import { nearest } from './nearest.ts'

/**
 * Whether an option of a reference tool has a value: never, always, always but where a long name stands in front of
 * another option or at the end, perhaps, or only in the same argument.
 */
export type ValueRule = 'none' | 'required' | 'expected' | 'optional' | 'attached'

/** An option under all its names. */
export interface OptionRule {
  /** One letter; undefined for an option that has long names alone. */
  letter?: string
  /** Long names; the first one names the option where it is given. */
  names: readonly string[]
  value: ValueRule
}

/** An option as it was given; `name` is the first long name of its rule. */
export interface GivenOption {
  name: string
  value: string | undefined
}

/** A command line taken apart; a mistake says what is wrong with it. */
export type Arguments =
  | { kind: 'arguments'; options: GivenOption[]; files: string[] }
  | { kind: 'mistake'; what: string; options: GivenOption[] }

/**
 * Takes a command line apart as the reference tools do. Options end at the first argument that is none, or behind
 * "--". A letter's value follows in the same argument or is the next one. An optional value of a letter is the next
 * argument, unless that begins with a dash or is the last one of all, which is a file; of a long name, what stands
 * behind "=".
 */
export function readArguments(argv: readonly string[], rules: readonly OptionRule[]): Arguments {
  const options: GivenOption[] = []
  const mistake = (what: string): Arguments => ({ kind: 'mistake', what, options })
  let at = 0
  while (at < argv.length && argv[at].length > 1 && argv[at].startsWith('-')) {
    const argument = argv[at++]
    if (argument === '--') break
    if (argument.startsWith('--')) {
      const equals = argument.indexOf('=')
      const name = equals < 0 ? argument.slice(2) : argument.slice(2, equals)
      let value = equals < 0 ? undefined : argument.slice(equals + 1)
      const rule = rules.find(({ names }) => names.includes(name))
      if (rule === undefined)
        return mistake(
          `unknown option --${name}${nearest(
            name,
            rules.flatMap(({ names }) => names),
          )}`,
        )
      if (rule.value === 'none' && value !== undefined) return mistake(`--${name} takes no value`)
      if ((rule.value === 'required' || rule.value === 'expected') && value === undefined) {
        if (at < argv.length && !argv[at].startsWith('-')) value = argv[at++]
        else if (rule.value === 'required') return mistake(`--${name} needs a value`)
      }
      options.push({ name: rule.names[0], value })
      continue
    }
    for (let i = 1; i < argument.length; i++) {
      const letter = argument[i]
      const rule = rules.find((each) => each.letter === letter)
      if (rule === undefined) return mistake(`unknown option -${letter}`)
      let value: string | undefined
      if (rule.value === 'required' || rule.value === 'expected') {
        value = i + 1 < argument.length ? argument.slice(i + 1) : argv[at++]
        if (value === undefined) return mistake(`-${letter} needs a value`)
        i = argument.length
      } else if (rule.value === 'optional') {
        // What follows the letter in the same argument is not looked at.
        if (at + 1 < argv.length && !argv[at].startsWith('-')) value = argv[at++]
        i = argument.length
      } else if (rule.value === 'attached') {
        if (i + 1 < argument.length) value = argument.slice(i + 1)
        i = argument.length
      }
      options.push({ name: rule.names[0], value })
    }
  }
  return { kind: 'arguments', options, files: argv.slice(at) }
}
