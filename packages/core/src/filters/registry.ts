import { FilterError, Hdf5Error } from '../errors.ts'
import { bitshuffleFilter } from './bitshuffle.ts'
import { bloscFilter } from './blosc.ts'
import { blosc2Filter } from './blosc2.ts'
import { bzip2 } from './bzip2.ts'
import type { Zlib } from './deflate.ts'
import { deflateFilter } from './deflate.ts'
import { fletcher32 } from './fletcher32.ts'
import { lz4 } from './lz4.ts'
import { lzf } from './lzf.ts'
import { lzo } from './lzo.ts'
import { nbit } from './nbit.ts'
import type { Filter } from './pipeline.ts'
import { rounding } from './rounding.ts'
import { scaleOffset } from './scale-offset.ts'
import { shuffle } from './shuffle.ts'
import { szip } from './szip.ts'
import { zfp } from './zfp.ts'
import { portableZstd } from './zstd/codec.ts'
import type { Zstd } from './zstd.ts'
import { zstdFilter } from './zstd.ts'

/**
 * All filters that come with the engine.
 *
 * A codec is a module of functions and does nothing when it is loaded: tables are made at the first chunk that needs
 * them. So decoding stays synchronous, a bundle has everything in it, and what a file does not use costs no more than
 * the scan of its text. A filter is added by a line here.
 *
 * @param zlib what deflates: Node's own or pako
 * @param zstd likewise for Zstandard
 */
function builtIn(zlib: Zlib, zstd: Zstd): Filter[] {
  const own = [deflateFilter(zlib), shuffle, fletcher32, szip, nbit, scaleOffset]
  const plugins = [lzf, bzip2, lzo, zfp, ...rounding, lz4, zstdFilter(zstd), bitshuffleFilter(zstd)]
  return [...own, ...plugins, bloscFilter(zlib, zstd), blosc2Filter(zlib, zstd)]
}

/** Filters that the program brought, by number. As in the C library, they serve every file. */
const registered = new Map<number, Filter>()

/**
 * Makes a filter known to all files, open ones included; it takes the place of another with its number, a built-in
 * one too. FilterError where it is no filter.
 *
 * ```ts
 * registerFilter({
 *   id: 32099,
 *   name: 'invert',
 *   decode: (bytes) => bytes.map((byte) => ~byte),
 *   encode: (bytes) => bytes.map((byte) => ~byte),
 * })
 * ```
 */
export function registerFilter(filter: Filter): void {
  const { id, name, decode, encode } = filter
  if (!Number.isInteger(id) || id < 1 || id > 0xffff) throw new FilterError(`${id} is no filter's number (1 to 65535)`)
  if (typeof name !== 'string' || typeof decode !== 'function' || !['undefined', 'function'].includes(typeof encode))
    throw new FilterError(`filter ${id}: it needs a name, a function decode, and where it can be applied, encode`)
  registered.set(id, contained(filter))
}

/** Whether a filter is one that the program brought. */
export function isRegistered(id: number): boolean {
  return registered.has(id)
}

/** Finds a filter by its number: those of the program first. */
export function filterFinder(zlib: Zlib, zstd: Zstd = portableZstd): (id: number) => Filter | undefined {
  const known = new Map(builtIn(zlib, zstd).map((filter) => [filter.id, filter]))
  return (id) => registered.get(id) ?? known.get(id)
}

/** A filter of the program: whatever it throws is the filter's failure, whatever it gives is checked. */
function contained(filter: Filter): Filter {
  const { id, name } = filter
  const guard = <T extends Uint8Array | undefined>(run: () => T): T => {
    try {
      const result = run()
      if (result === undefined || result instanceof Uint8Array) return result
    } catch (error) {
      if (error instanceof Hdf5Error) throw error
      throw new FilterError(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
    throw new FilterError(`${name}: it gives no Uint8Array`)
  }
  const guarded: Filter = {
    id,
    name,
    decode(bytes, parameters, limit) {
      const plain = guard(() => filter.decode(bytes, parameters, limit))
      if (plain === undefined) throw new FilterError(`${name}: it gives no Uint8Array`)
      return plain
    },
  }
  if (filter.encode === undefined) return guarded
  return { ...guarded, encode: (bytes, parameters) => guard(() => filter.encode?.(bytes, parameters)) }
}
