import type { ByteSink } from '@h5kit/core'
import { IoError } from '@h5kit/core'
import type { File } from '@h5kit/core/node'
import { AtomicFile, openForReading } from '@h5kit/core/node'
import type { RepackOptions } from '../options/repack.ts'
import type { Turn } from './repack-verify.ts'
import { firstDifference } from './repack-verify.ts'

/** Where the new file goes. */
export interface RepackTarget {
  sink: ByteSink
  /** Bytes of the new file. */
  readonly size: number
  /**
   * Lets the file be there; the reason where it is not to be.
   *
   * @param turn asked again and again while files are compared; what it returns is waited for
   */
  commit(source: File, turn: Turn): Promise<string | undefined>
  abort(): void
}

/** A new file on disk, or one that is only measured. */
export function openTarget(options: RepackOptions): RepackTarget {
  return options.dryRun ? new Measured() : new OnDisk(options)
}

class Measured implements RepackTarget, ByteSink {
  size = 0

  get sink(): ByteSink {
    return this
  }

  write(address: number, bytes: Uint8Array): void {
    this.size = Math.max(this.size, address + bytes.length)
  }

  async commit(): Promise<undefined> {}

  abort(): void {}
}

class OnDisk implements RepackTarget {
  readonly sink: AtomicFile
  readonly #options: RepackOptions

  constructor(options: RepackOptions) {
    const { target } = options
    if (target !== undefined && !['sec2', 'stdio', 'log', 'core'].includes(target)) {
      throw new IoError(`a new file cannot be written with the driver "${target}"`)
    }
    this.#options = options
    this.sink = new AtomicFile(options.output)
  }

  get size(): number {
    return this.sink.size
  }

  async commit(source: File, turn: Turn): Promise<string | undefined> {
    if (this.#options.verify) {
      this.sink.seal()
      using made = openForReading(this.sink.temporaryPath)
      const wrong = await firstDifference(source, made, this.#options, turn)
      if (wrong !== undefined) return `the new file is not what the old one was: ${wrong}`
    }
    this.sink.commit()
    return undefined
  }

  abort(): void {
    this.sink.abort()
  }
}
