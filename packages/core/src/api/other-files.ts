import { NotFoundError, WriteError } from '../errors.ts'
import type { ByteSink } from '../io/byte-sink.ts'
import type { ByteSource } from '../io/byte-source.ts'
import { noOtherFiles } from '../storage/external-data.ts'
import type { Editing, OtherFile, Session } from './context.ts'
import type { File } from './file.ts'

/** What has to be done with a file as a whole. */
interface Handling {
  open: (source: ByteSource, name: string, edit?: Editing) => File
  /** A file that is open already is opened once more. */
  reopened: (file: File) => File
  /** Closes a file; what was not committed is gone. */
  end: (file: File) => void
}

/** The files that something in a file leads to: they stay open as long as it does. */
export class OtherFiles {
  readonly #file: File
  readonly #session: Session
  readonly #handling: Handling
  readonly #files = new Map<string, File>()
  /** The file with elements of a dataset that was read last. */
  #rawData: { name: string; source: ByteSource } | undefined

  constructor(file: File, session: Session, handling: Handling) {
    this.#file = file
    this.#session = session
    this.#handling = handling
  }

  /** The file that something names. */
  open(fileName: string, reason: OtherFile): File {
    const key = `${reason}:${fileName}`
    const known = this.#files.get(key)
    if (known !== undefined) return this.#handling.reopened(this.#session.changeable.get(known) ?? known)
    const { source, name } = this.#find(fileName, reason)
    const same = source.identity === undefined ? undefined : this.#session.files.get(source.identity)
    if (same !== undefined) {
      source.close?.()
      this.#files.set(key, same)
      return this.#handling.reopened(same)
    }
    const file = this.#handling.open(source, name)
    this.#files.set(key, file)
    return file
  }

  /** The file with a source of a virtual dataset; undefined where there is none. */
  virtualSource(fileName: string): File | undefined {
    if (fileName === '.') return this.#file
    try {
      return this.open(fileName, 'virtual')
    } catch (error) {
      if (error instanceof NotFoundError) return undefined
      throw error
    }
  }

  /** As `virtualSource`, to be changed along with this file. */
  virtualSourceToChange(fileName: string): File | undefined {
    const found = this.virtualSource(fileName)
    if (found === undefined || found.isChangeable) return found
    const { companions } = this.#session
    if (companions === undefined) throw new WriteError('the file was opened for reading', { file: found.name })
    const { source, edit } = companions.file(found.name)
    const file = this.#handling.open(source, found.name, edit)
    this.#session.changeable.set(found, file)
    return file
  }

  /** The file with elements of a dataset; NotFoundError where there is none. It stays open for the next look. */
  rawData(fileName: string): ByteSource {
    const changed = this.#session.companions?.changedRawData(fileName, this.#file.name)
    if (changed !== undefined) return changed
    if (this.#rawData?.name === fileName) return this.#rawData.source
    const { source } = this.#find(fileName, 'raw-data')
    this.#rawData?.source.close?.()
    this.#rawData = { name: fileName, source }
    return source
  }

  /** As `rawData`, to be changed along with this file; one that is not there is made then. */
  rawDataToChange(fileName: string): ByteSource & ByteSink {
    const { companions } = this.#session
    return companions === undefined ? noOtherFiles(fileName) : companions.rawData(fileName, this.#file.name)
  }

  #find(fileName: string, reason: OtherFile): { source: ByteSource; name: string } {
    const open = this.#session.options.openOther ?? noOtherFiles
    return open(fileName, this.#file.name, reason)
  }

  /** Closes them all. */
  end(): void {
    const { changeable } = this.#session
    const files = [...this.#files.values()]
    // They may lead back to one another.
    this.#files.clear()
    for (const file of files) {
      this.#handling.end(file)
      const changed = changeable.get(file)
      if (changed !== undefined) this.#handling.end(changed)
    }
    this.#rawData?.source.close?.()
    this.#rawData = undefined
  }
}
