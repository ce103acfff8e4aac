// A transcript is a text file of commands and what they print, as on a terminal:
//
//     $ h5ls -r links.h5
//     /                        Group
//     [0]
//
// A line that starts with "$ " is a case: a tool and its arguments, in single quotes where they hold blanks. Below it
// is its output, byte for byte, and in brackets its exit status. Lines before the first case are kept as they are.

const STATUS = /^\[(\d+|-)(, no newline at the end)?\]\n/gm

/** Reads a transcript out of its text, in which each character stands for one byte. */
export function parseTranscript(text) {
  const starts = [...text.matchAll(/^\$ (.*)\n/gm)]
  const cases = starts.map((start, i) => {
    const from = start.index + start[0].length
    const part = text.slice(from, starts[i + 1]?.index ?? text.length)
    const status = [...part.matchAll(STATUS)].pop()
    if (status === undefined) return { command: start[1], stdout: '', status: undefined }
    const end = status.index - (status[2] === undefined ? 0 : 1)
    return { command: start[1], stdout: part.slice(0, end), status: Number(status[1]) }
  })
  return { head: text.slice(0, starts[0]?.index ?? text.length), cases }
}

/** The text of a transcript, each character standing for one byte. */
export function formatTranscript({ head, cases }) {
  const parts = cases.map(({ command, stdout, status }) => {
    if (/^\$ /m.test(stdout)) throw new Error(`${command}: its output has a line that looks like a case`)
    const whole = stdout === '' || stdout.endsWith('\n')
    return `$ ${command}\n${stdout}${whole ? `[${status}]` : `\n[${status}, no newline at the end]`}\n`
  })
  return head + parts.join('\n')
}

/** The words of a command; single quotes keep blanks. */
export function commandWords(command) {
  return [...command.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''))
}

/** The environment in which both sides run: nothing that changes the output from one machine to another. */
export const ENVIRONMENT = { TZ: 'UTC', COLUMNS: '80', LC_ALL: 'C' }

/** Tools that write files: their cases run in a copy of the files, one after the other, as the transcript has them. */
export const WRITERS = [
  'h5clear',
  'h5copy',
  'h5format_convert',
  'h5import',
  'h5jam',
  'h5mkgrp',
  'h5repack',
  'h5repart',
  'h5unjam',
]
