/** What is divided anew. */
export interface RepartChoice {
  from: string
  to: string
  /** In bytes; undefined where nothing is said. */
  memberSize: number | undefined
  toSingle: boolean
  /** Whether the files are named that are read and written. */
  verbose: boolean
}

/** What a command line asks for; a mistake says what is wrong with it. */
export type RepartCommand =
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'mistake'; what: string }
  | { kind: 'repart'; choice: RepartChoice }

const UNITS: Record<string, number> = { '': 1, k: 2 ** 10, m: 2 ** 20, M: 2 ** 20, g: 2 ** 30, G: 2 ** 30 }

export function parseRepart(argv: readonly string[]): RepartCommand {
  const choice: RepartChoice = { from: '', to: '', memberSize: undefined, toSingle: false, verbose: false }
  let at = 0
  while (at < argv.length && argv[at].startsWith('-')) {
    const argument = argv[at++]
    if (argument === '--help' || argument === '-h' || argument === '-?') return { kind: 'help' }
    if (argument === '-V') return { kind: 'version' }
    if (argument === '-v') choice.verbose = true
    else if (argument === '-family_to_sec2' || argument === '-family_to_single') choice.toSingle = true
    else if (/^-[bm](\d|$)/.test(argument)) {
      const attached = argument.slice(2)
      const text = attached === '' ? argv[at++] : attached
      const size = sizeOf(text ?? '')
      if (size === undefined) return mistake(`not a size: ${text ?? '(nothing)'}`)
      // Blocks are as large as suits the work.
      if (argument[1] === 'm') choice.memberSize = size
    } else return mistake(`unknown option ${argument}`)
  }
  const names = argv.slice(at)
  if (names.length !== 2) return mistake(names.length < 2 ? 'no file to read, or none to write' : 'too many files')
  const [from, to] = names
  return { kind: 'repart', choice: { ...choice, from, to } }
}

function mistake(what: string): RepartCommand {
  return { kind: 'mistake', what }
}

/** A number of bytes, which may end with a unit; undefined where the text is none. */
function sizeOf(text: string): number | undefined {
  const found = /^(0x[0-9a-f]+|\d+)([kmMgG]?)$/i.exec(text)
  if (found === null) return undefined
  const octal = /^0\d/.test(found[1])
  const size = (octal ? Number.parseInt(found[1], 8) : Number(found[1])) * UNITS[found[2]]
  return Number.isSafeInteger(size) && size > 0 ? size : undefined
}
