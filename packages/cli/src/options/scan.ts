/** Words and numbers of a text, taken from its start as C's scanf takes them. */
export class Scanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** The next word, up to a blank or the end of the line; undefined at the end of the text. */
  word(): string | undefined {
    return this.#take(/\s*(\S+)/y)
  }

  /** The next text in double quotes, without them, or word. */
  quoted(): string | undefined {
    return this.#take(/\s*"((?:[^"\\]|\\.)*)"/y) ?? this.word()
  }

  /** The next word as an integer, where it begins like one; else undefined, and the word is still the next one. */
  integer(): number | undefined {
    const digits = this.#take(/\s*([-+]?\d+)/y)
    return digits === undefined ? undefined : Number(digits)
  }

  /** All integers up to the next word that is none. */
  integers(): number[] {
    const found: number[] = []
    for (let next = this.integer(); next !== undefined; next = this.integer()) found.push(next)
    return found
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found === null) return undefined
    this.#at = pattern.lastIndex
    return found[1]
  }
}
