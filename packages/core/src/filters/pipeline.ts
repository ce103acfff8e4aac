import { FilterError } from '../errors.ts'

/** One step of a filter pipeline, as a dataset or a fractal heap describes it. */
export interface FilterStep {
  /** The filter's registered number: 1 deflate, 2 shuffle, 3 fletcher32, ... */
  readonly id: number
  readonly name: string
  /** Client data values: unsigned 32-bit integers. */
  readonly parameters: readonly number[]
  /** A chunk is stored without this filter where it could not be applied. */
  readonly optional: boolean
}

/**
 * Undoes and applies one kind of filter. Both are functions of their arguments alone: the same filter serves all
 * files at once. What is wrong with the bytes or the parameters is a FilterError.
 */
export interface Filter {
  readonly id: number
  readonly name: string
  /**
   * Undoes the filter. The result may be `bytes` itself or a part of it; `bytes` is never changed.
   *
   * @param parameters client data values as the file has them
   * @param limit most bytes that may come out; a decoder checks it before it makes them
   * @param into memory that the result may be put into, from its start on
   */
  decode(bytes: Uint8Array, parameters: readonly number[], limit: number, into?: Uint8Array): Uint8Array
  /**
   * Applies the filter; undefined where these bytes cannot be stored so (most often because they would not become
   * smaller). Absent where the filter can only be undone.
   *
   * @param parameters client data values as the file will have them, those included that follow from the dataset
   */
  encode?(bytes: Uint8Array, parameters: readonly number[]): Uint8Array | undefined
}

/** A chunk as it is stored. */
export interface EncodedChunk {
  bytes: Uint8Array
  /** Bit i set: step i was skipped. */
  mask: number
}

/** How a stored chunk becomes another one: the filters that are undone, and those that are applied. */
export interface Recoding {
  decode: readonly FilterStep[]
  /** Bit i set: step i was skipped when the chunk was written. */
  mask: number
  /** Bytes of the chunk without filters. */
  size: number
  encode: readonly FilterStep[]
  /** Bit i set: step i is not applied. */
  excluded: number
}

/** Applies and undoes filters somewhere else than on this thread. */
export interface ChunkCoder {
  /** Chunks that it takes at once; with more, this thread had better lend a hand. */
  readonly width: number
  /** Lets the results in that are there. */
  turn(): Promise<void>
  /** Whether all steps are known there. */
  knows(steps: readonly FilterStep[]): boolean
  /**
   * Undoes the steps of a chunk as `FilterPipeline.decode` does. Where it fails, for whatever reason, that is to be tried
   * here.
   *
   * @param stored may be used again when the call returns
   * @param use gets the result, which is valid until it returns
   */
  decode(
    steps: readonly FilterStep[],
    stored: Uint8Array,
    mask: number,
    limit: number,
    use: (bytes: Uint8Array) => void,
  ): Promise<void>
  /**
   * Applies the steps to a chunk as `FilterPipeline.encode` does. Where it fails, for whatever reason, that is to be
   * tried here.
   *
   * @param bytes may be used again when the call returns
   * @param use gets the result, which is valid until it returns
   */
  encode(
    steps: readonly FilterStep[],
    bytes: Uint8Array,
    excluded: number,
    use: (chunk: EncodedChunk) => void,
  ): Promise<void>
  /** As `decode`, with what `FilterPipeline.recode` does. */
  recode(recoding: Recoding, stored: Uint8Array, use: (chunk: EncodedChunk) => void): Promise<void>
}

/** Memory of this size is kept for the next chunk. */
const LARGEST_BETWEEN = 1 << 24

/** The filters that are known to a file. */
export class FilterPipeline {
  readonly #find: (id: number) => Filter | undefined
  readonly #elsewhere: (() => ChunkCoder) | undefined
  #coder: ChunkCoder | undefined
  /** What steps gave to the next ones; used again, as long as a result goes elsewhere at the end. */
  readonly #rooms: (Uint8Array | undefined)[] = []

  /** @param elsewhere what codes on other threads, made when it is asked for */
  constructor(find: (id: number) => Filter | undefined, elsewhere?: () => ChunkCoder) {
    this.#find = find
    this.#elsewhere = elsewhere
  }

  /** What codes on other threads; undefined where nothing does. */
  get coder(): ChunkCoder | undefined {
    this.#coder ??= this.#elsewhere?.()
    return this.#coder
  }

  /** The first step that cannot be undone; undefined where all can. */
  missing(steps: readonly FilterStep[]): FilterStep | undefined {
    return steps.find((step) => this.#find(step.id) === undefined)
  }

  /** The first step that must be applied and cannot; undefined where all can or may be left out. */
  unwritable(steps: readonly FilterStep[]): FilterStep | undefined {
    return steps.find((step) => !step.optional && this.#find(step.id)?.encode === undefined)
  }

  /**
   * Undoes all steps, the last first.
   *
   * @param mask bit i set: step i was skipped when the bytes were written
   * @param limit size in bytes of what comes out at the end
   * @param into memory of that size where the result then is; what is given back is as much of it as came out
   */
  decode(steps: readonly FilterStep[], bytes: Uint8Array, mask: number, limit: number, into?: Uint8Array): Uint8Array {
    let data = bytes
    let room = 0
    const final = steps.findIndex((_, i) => !skipped(mask, i))
    for (let i = steps.length - 1; i >= 0; i--) {
      const step = steps[i]
      if (skipped(mask, i)) continue
      const filter = this.#find(step.id)
      if (filter === undefined) throw unknownFilter(step)
      // Only the last step gives the plain bytes: what the others give may be somewhat larger.
      const most = i === final ? limit : limit + (limit >>> 3) + 1024
      const target = into === undefined || i === final ? into : this.#between(room++ % 2, most)
      data = filter.decode(data, step.parameters, most, target)
      if (data.length > most) throw new FilterError(`${filter.name}: more than ${most} bytes come out`)
    }
    if (into === undefined) return data
    const result = into.subarray(0, data.length)
    // Where every step was skipped, more may be stored than there is room for.
    if (data.buffer !== into.buffer || data.byteOffset !== into.byteOffset) result.set(data.subarray(0, result.length))
    return result
  }

  /** Memory for what one step gives to the next; undefined where it would be too much to keep. */
  #between(which: number, size: number): Uint8Array | undefined {
    if (size > LARGEST_BETWEEN) return undefined
    const known = this.#rooms[which]
    if (known !== undefined && known.length >= size) return known
    this.#rooms[which] = new Uint8Array(size)
    return this.#rooms[which]
  }

  /**
   * Applies all steps, the first first. An optional step that is unknown, fails or does not suit the bytes is skipped,
   * and the mask says so; where it is not optional, that is a FilterError.
   *
   * @param excluded bit i set: step i is not applied
   */
  encode(steps: readonly FilterStep[], bytes: Uint8Array, excluded = 0): EncodedChunk {
    let data = bytes
    let mask = 0
    for (const [i, step] of steps.entries()) {
      const encoded = skipped(excluded, i) ? undefined : this.#apply(step, data)
      if (encoded === undefined) mask |= 1 << i
      else data = encoded
    }
    return { bytes: data, mask: mask >>> 0 }
  }

  /**
   * Undoes the filters of a chunk and applies others.
   *
   * @param stored is what comes back where nothing is to be done
   */
  recode({ decode, mask, size, encode, excluded }: Recoding, stored: Uint8Array): EncodedChunk {
    const plain = decode.length === 0 ? stored : this.decode(decode, stored, mask, size, new Uint8Array(size))
    if (plain.length < size) throw new FilterError(`a chunk gives ${plain.length} bytes instead of ${size}`)
    return this.encode(encode, plain, excluded)
  }

  #apply(step: FilterStep, bytes: Uint8Array): Uint8Array | undefined {
    const filter = this.#find(step.id)
    if (filter?.encode === undefined) {
      if (step.optional) return undefined
      throw filter === undefined ? unknownFilter(step) : new FilterError(`${filter.name}: it can be undone only`)
    }
    try {
      const encoded = filter.encode(bytes, step.parameters)
      if (encoded === undefined && !step.optional)
        throw new FilterError(`${filter.name}: ${bytes.length} bytes cannot be stored so, and the filter is mandatory`)
      return encoded
    } catch (error) {
      if (step.optional && error instanceof FilterError) return undefined
      throw error
    }
  }
}

/** The mask has bits for 32 steps. */
function skipped(mask: number, step: number): boolean {
  return step < 32 && ((mask >>> step) & 1) === 1
}

function unknownFilter(step: FilterStep): FilterError {
  const name = step.name === '' ? '' : ` "${step.name}"`
  const parameters = step.parameters.length === 0 ? 'no parameters' : `parameters ${step.parameters.join(', ')}`
  return new FilterError(`no filter ${step.id}${name} (${parameters}) is available`)
}
