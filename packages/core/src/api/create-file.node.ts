import type { ReadableSink } from '../io/byte-sink.ts'
import { lockingAskedFor } from '../io/file-lock.node.ts'
import { AtomicFile } from '../io/file-sink.node.ts'
import { CompanionFiles } from './companions.node.ts'
import type { FileTarget, NewFileOptions } from './new-file.ts'
import { NewFile } from './new-file.ts'
import { pipelineOf } from './pipeline.node.ts'

/** How a file on disk is made. */
export interface CreateOptions extends NewFileOptions {
  /** As h5py has it: 'w' replaces a file that is there, 'w-' and 'x' refuse to. Default 'w'. */
  mode?: 'w' | 'w-' | 'x'
}

/**
 * Makes a file on disk, which appears under its name when it is closed, and whole. Other files that get elements of its
 * datasets are changed along with it, as `editFile` does: each is locked and has a journal of its own, and where one of
 * them, or the file itself, cannot be written all are as they were.
 *
 * ```ts
 * import { createFile, openFile } from '@h5kit/core/node'
 *
 * using file = createFile('weather.h5')
 * const day = file.createGroup('2024/07/01')
 * const temperature = day.createDataset('temperature', {
 *   data: Float32Array.from({ length: 24 * 60 }, (_, minute) => 15 + minute / 200),
 *   shape: [24, 60],
 *   maxShape: [null, 60],
 *   compression: 'gzip',
 *   shuffle: true,
 * })
 * temperature.createAttribute('unit', 'degree Celsius')
 * file.close()
 *
 * using again = openFile('weather.h5')
 * console.log(again.dataset('2024/07/01/temperature').shape)
 * ```
 *
 * @throws IoError where the system refuses, or where there is a file that is not to be replaced
 */
export function createFile(path: string, options: CreateOptions = {}): NewFile {
  const { mode = 'w', ...how } = options
  const target = new AccompaniedFile(path, mode === 'w')
  try {
    return new NewFile(target, pipelineOf(), how)
  } catch (error) {
    target.abort()
    throw error
  }
}

/** A new file on disk, with the files that have elements of its datasets. */
class AccompaniedFile implements FileTarget {
  readonly #path: string
  readonly #file: AtomicFile
  readonly #companions = new CompanionFiles({}, lockingAskedFor())

  constructor(path: string, replace: boolean) {
    this.#path = path
    this.#file = new AtomicFile(path, { replace })
  }

  get size(): number {
    return this.#file.size
  }

  view(address: number, length: number): Uint8Array {
    return this.#file.view(address, length)
  }

  write(address: number, bytes: Uint8Array): void {
    this.#file.write(address, bytes)
  }

  openRawData(name: string): ReadableSink {
    return this.#companions.rawData(name, this.#path)
  }

  /** What is most likely to go wrong comes while the others can still be brought back to what they were. */
  commit(): void {
    const others = this.#companions.participants.filter(({ isChanged }) => isChanged)
    for (const each of others) each.prepare()
    this.#file.commit()
    for (const each of others) each.end()
    this.#companions.close()
  }

  abort(): void {
    this.#file.abort()
    this.#companions.close()
  }
}
