import type { ColorChoice } from '../options/color.ts'
import { isTerminal } from '../system.ts'

export type Paint = (text: string) => string

/** Colours by what is painted. */
export interface Palette {
  group: Paint
  datatype: Paint
  link: Paint
  attribute: Paint
  /** What is not there, or wrong. */
  bad: Paint
  doubtful: Paint
  good: Paint
}

/** The colours for standard output; undefined where there are to be none. */
export async function paletteFor(choice: ColorChoice): Promise<Palette | undefined> {
  if (!isColored(choice, process.env, () => isTerminal(1))) return undefined
  const { Chalk } = await import('chalk')
  // The sixteen colours that every terminal has, as its user has chosen them.
  const { blue, cyan, green, red, yellow } = new Chalk({ level: 1 })
  return {
    group: blue.bold,
    datatype: yellow,
    link: cyan,
    attribute: green,
    bad: red.bold,
    doubtful: yellow,
    good: green,
  }
}

/** Whether output is coloured: what the command line says goes before what the environment says. */
export function isColored(choice: ColorChoice, env: NodeJS.ProcessEnv, toTerminal: () => boolean): boolean {
  if (choice !== 'auto') return choice === 'always'
  const { FORCE_COLOR: force, NO_COLOR: no, TERM: terminal } = env
  if (force !== undefined) return force !== '0' && force !== 'false'
  if (no !== undefined && no !== '') return false
  return terminal !== 'dumb' && toTerminal()
}
