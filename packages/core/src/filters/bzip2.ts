import { decompressBzip2 } from './bzip2/decode.ts'
import { compressBzip2 } from './bzip2/encode.ts'
import type { Filter } from './pipeline.ts'

/** Filter 307, bzip2. Its one parameter is the block size in units of 100,000 bytes, 1 to 9. */
export const bzip2: Filter = {
  id: 307,
  name: 'bzip2',
  decode: (bytes, _parameters, limit) => decompressBzip2(bytes, limit),
  encode: (bytes, parameters) => compressBzip2(bytes, Math.min(Math.max(parameters[0] ?? 9, 1), 9)),
}
