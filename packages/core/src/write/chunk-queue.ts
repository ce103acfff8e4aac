import type { ChunkCoder, EncodedChunk, FilterPipeline, Recoding } from '../filters/pipeline.ts'

/** Work in steps: it gives promises, and goes on when they are kept. */
export type Work<T = void> = Generator<Promise<unknown>, T, undefined>

/** Lets what else waits for the thread have its turn; undefined where that was not long ago. */
export type Turn = () => Promise<void> | undefined

/** Does work to its end. */
export async function carryOut<T>(work: Work<T>): Promise<T> {
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
    await step.value
  }
}

/** Does work that has nothing to wait for. */
export function carryOutHere<T>(work: Work<T>): T {
  const step = work.next()
  if (step.done !== true) throw new Error('work that waits for others')
  return step.value
}

/** What recodes chunks. */
export interface ChunkCoders {
  pipeline: FilterPipeline
  /** What does so on other threads; undefined where all is done here. */
  coder: ChunkCoder | undefined
  /** Bytes that chunks may take while they are on their way. */
  memory: number
}

interface Waiting {
  offset: readonly number[]
  chunk: EncodedChunk | undefined
  /** Kept when the chunk is there, or its failure. */
  ready: Promise<void> | undefined
  failure: unknown
}

/** Smaller chunks are done sooner here than another thread gets them. */
const SMALLEST = 1 << 14

/** Recodes chunks on several threads, and hands them on in the order in which they came. */
export class ChunkQueue {
  readonly #coders: ChunkCoders
  readonly #use: (offset: readonly number[], chunk: EncodedChunk) => void
  readonly #waiting: Waiting[] = []
  #running = 0

  /** @param use gets each chunk with its offset */
  constructor(coders: ChunkCoders, use: (offset: readonly number[], chunk: EncodedChunk) => void) {
    this.#coders = coders
    this.#use = use
  }

  /**
   * @param offset of the chunk, in elements
   * @param bytes gives the chunk as it is stored; may be called again until `drain` is done
   */
  *add(offset: readonly number[], recoding: Recoding, bytes: () => Uint8Array): Work {
    const { pipeline, coder, memory } = this.#coders
    const { decode, encode, size } = recoding
    const most = Math.max(1, Math.min(coder === undefined ? 1 : 4 * coder.width, Math.floor(memory / (3 * size))))
    const entry: Waiting = { offset, chunk: undefined, ready: undefined, failure: undefined }
    this.#waiting.push(entry)
    const idle = decode.length + encode.length === 0 || size < SMALLEST
    const there = coder !== undefined && !idle && coder.knows(decode) && coder.knows(encode)
    if (there && this.#running < coder.width && this.#waiting.length <= most) {
      entry.ready = this.#send(coder, recoding, bytes, entry)
    } else {
      entry.chunk = this.#lasting(pipeline.recode(recoding, bytes()), idle)
      if (there) yield coder.turn()
    }
    yield* this.#hand(most - 1)
  }

  /** Waits until all chunks were handed on. */
  *drain(): Work {
    yield* this.#hand(0)
  }

  /** What waits for others is not what will be written over. */
  #lasting(chunk: EncodedChunk, idle: boolean): EncodedChunk {
    return idle && this.#waiting.length > 1 ? { ...chunk, bytes: chunk.bytes.slice() } : chunk
  }

  async #send(coder: ChunkCoder, recoding: Recoding, bytes: () => Uint8Array, entry: Waiting): Promise<void> {
    this.#running++
    try {
      // What fails there is done here, so that an error is the same.
      const again = (): EncodedChunk => this.#coders.pipeline.recode(recoding, bytes())
      const keep = ({ bytes, mask }: EncodedChunk): void => {
        entry.chunk = { bytes: bytes.slice(), mask }
      }
      await coder.recode(recoding, bytes(), keep).catch(() => keep(again()))
    } catch (failure) {
      entry.failure = failure
    } finally {
      this.#running--
    }
  }

  /** Hands on what is done, until at most `most` chunks wait. */
  *#hand(most: number): Work {
    for (let head = this.#waiting[0]; head !== undefined; head = this.#waiting[0]) {
      if (head.chunk === undefined && head.failure === undefined) {
        if (this.#waiting.length <= most || head.ready === undefined) return
        yield head.ready
      }
      if (head.failure !== undefined) throw head.failure
      if (head.chunk !== undefined) this.#use(head.offset, head.chunk)
      this.#waiting.shift()
    }
  }
}
