import { FilterError } from '../../errors.ts'

/** The bytes are not what RFC 8878 allows. */
export function broken(what: string): never {
  throw new FilterError(`zstd: ${what}`)
}
