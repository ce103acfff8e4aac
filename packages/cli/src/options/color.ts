/** When output is coloured, as --color says: on a terminal, always or never. */
export type ColorChoice = 'auto' | 'always' | 'never'

const CHOICES: readonly ColorChoice[] = ['auto', 'always', 'never']

/** What --color=WORD chooses, or what is wrong with the word. */
export function readColor(word: string): { choice: ColorChoice } | { mistake: string } {
  const choice = CHOICES.find((each) => each === word)
  return choice === undefined ? { mistake: `--color is ${CHOICES.join(', ')}, not "${word}"` } : { choice }
}
