/**
 * How bad what was found is: an error is against the format, a warning is allowed but should not be, a note is worth
 * knowing and nothing wrong with the file.
 */
export type Severity = 'error' | 'warning' | 'note'

/** What is wrong with a file, and where. */
export interface Finding {
  /**
   * What was found, the same in every release: mostly the structure's and the field's names in the specification, as in
   * `superblock.end-of-file-address`.
   */
  code: string
  severity: Severity
  /** Of the object that the structure belongs to; empty where it belongs to none. */
  path: string
  /** Of the structure, relative to the base address as all addresses in a file; undefined where there is none. */
  address: number | undefined
  /** The structure's name in the file format specification. */
  structure: string
  /** Of the file format specification. */
  section: string
  message: string
}

/** A structure's name in the specification, and the section that describes it. */
export interface Named {
  readonly name: string
  readonly spec: string
}

/** A structure in a file, and perhaps one of its fields. */
export interface Place {
  readonly structure: Named
  readonly address: number | undefined
  readonly field?: string | undefined
}

/** A name of the specification as a part of a code: small letters and digits with hyphens between. */
export function slug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[’‘'#"]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

/** The code for a field of a structure, or for the structure as a whole. */
export function codeOf(structure: string, field: string | undefined): string {
  return `${slug(structure)}.${field === undefined ? 'contents' : slug(field)}`
}
