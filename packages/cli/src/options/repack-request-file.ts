import { readFileSync } from 'node:fs'

/** An option in a file of options; undefined for a word that stands where an option should. */
export interface FiledRequest {
  option: 'filter' | 'layout' | undefined
  value: string
}

const OPTIONS: Record<string, FiledRequest['option']> = { '-f': 'filter', '-l': 'layout' }

/**
 * Options with their values out of a text, each behind a blank, as the reference takes them: a second blank is an
 * empty value.
 */
export function filedRequests(text: string): FiledRequest[] {
  return [...text.matchAll(/(\S{1,9})[^ ]* ?([^ \n]*)[ \n]?/g)].map(([, word, value]) => ({
    option: OPTIONS[word],
    value,
  }))
}

/** The text of such a file, or why there is none. */
export function readRequests(fileName: string): { text: string } | { what: string } {
  try {
    return { text: readFileSync(fileName, 'utf8') }
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? error.code : error
    return { what: `cannot open options file "${fileName}" (${why})` }
  }
}
