/** One command, and what it did. */
export interface Case {
  command: string
  /** Each character stands for one byte. */
  stdout: string
  /** Undefined where it was not recorded yet. */
  status: number | undefined
}

export interface Transcript {
  /** What stands before the first case. */
  head: string
  cases: Case[]
}

export function parseTranscript(text: string): Transcript
export function formatTranscript(transcript: Transcript): string
export function commandWords(command: string): string[]
export const ENVIRONMENT: Record<string, string>
export const WRITERS: string[]
