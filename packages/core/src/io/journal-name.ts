/** The name of the journal of a file that is being changed: it is beside the file. */
export function journalName(path: string): string {
  return `${path}.journal`
}
