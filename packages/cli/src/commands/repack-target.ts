import type { ByteSink, FileParts } from '@h5kit/core'
import { IoError } from '@h5kit/core'
import type { File, NewParts, PartsDriver } from '@h5kit/core/node'
import { AtomicFile, newParts, openForReading } from '@h5kit/core/node'
import type { RepackOptions } from '../options/repack.ts'
import type { Turn } from './repack-verify.ts'
import { whyUnlike } from './repack-verify.ts'

/** Where the new file goes. */
export interface RepackTarget {
  sink: ByteSink
  /** How the new file is divided among several; undefined where it is one. */
  readonly parts: FileParts | undefined
  /** Bytes of the new file. */
  readonly size: number
  /**
   * Lets the file be there; the reason where it is not to be.
   *
   * @param turn asked again and again while files are compared; what it returns is waited for
   * @param confirm asked right before another file is replaced; throws where that must not be
   */
  commit(source: File, turn: Turn, confirm: () => void): Promise<string | undefined>
  abort(): void
}

/** A new file on disk, or one that is only measured. */
export function openTarget(options: RepackOptions): RepackTarget {
  const { dryRun, target } = options
  if (dryRun) return new Measured()
  switch (target) {
    case 'family':
    case 'split':
    case 'multi':
      return new InParts(options, target)
    case 'onion':
      throw new IoError('a new file cannot be written with the driver "onion"')
    default:
      return new OnDisk(options)
  }
}

class Measured implements RepackTarget, ByteSink {
  readonly parts = undefined
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
  readonly parts = undefined
  readonly sink: AtomicFile
  readonly #options: RepackOptions

  constructor(options: RepackOptions) {
    this.#options = options
    this.sink = new AtomicFile(options.output)
  }

  get size(): number {
    return this.sink.size
  }

  async commit(source: File, turn: Turn, confirm: () => void): Promise<string | undefined> {
    if (this.#options.verify) {
      this.sink.seal()
      using made = openForReading(this.sink.temporaryPath)
      const wrong = await whyUnlike(source, made, this.#options, turn)
      if (wrong !== undefined) return wrong
    }
    confirm()
    this.sink.commit()
    return undefined
  }

  abort(): void {
    this.sink.abort()
  }
}

/** A new file in several on disk. */
class InParts implements RepackTarget {
  readonly #options: RepackOptions
  readonly #made: NewParts

  constructor(options: RepackOptions, driver: PartsDriver) {
    this.#options = options
    this.#made = newParts(driver, options.output, options.memberSize)
  }

  get sink(): ByteSink {
    return this.#made.files
  }

  get parts(): FileParts {
    return this.#made.parts
  }

  get size(): number {
    return this.#made.files.size
  }

  async commit(source: File, turn: Turn): Promise<string | undefined> {
    const { files } = this.#made
    if (this.#options.verify) {
      files.seal()
      using made = this.#made.open()
      const wrong = await whyUnlike(source, made, this.#options, turn)
      if (wrong !== undefined) return wrong
    }
    files.commit()
    return undefined
  }

  abort(): void {
    this.#made.files.abort()
  }
}
