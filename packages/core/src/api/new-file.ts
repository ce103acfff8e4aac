import type { FilterPipeline } from '../filters/pipeline.ts'
import { FileImage } from '../format/file-image.ts'
import type { ReadableSink } from '../io/byte-sink.ts'
import { WindowSource } from '../io/byte-source.ts'
import type { OpenRawData } from '../storage/external-data.ts'
import { noOtherFiles } from '../storage/external-data.ts'
import { groupDraft } from '../write/drafts.ts'
import type { FileOptions } from '../write/file-options.ts'
import { FileWriter } from '../write/file-writer.ts'
import { now } from './new-dataset.ts'
import type { GroupOptions } from './new-group.ts'
import { NewGroup } from './new-group.ts'

/** Where the bytes of a new file go, and what happens in the end. */
export interface FileTarget extends ReadableSink {
  commit?(): void
  abort?(): void
  /** Opens a file that is to have elements of a dataset; what is written there counts from `commit` on. */
  openRawData?: OpenRawData
}

/**
 * A file that is being made: its root group, and what finishes it. Elements are written as they are given; all else is
 * kept until `close`, which completes the file. Before that, and where something fails, there is no file.
 */
export class NewFile extends NewGroup {
  readonly #writer: FileWriter
  readonly #target: FileTarget
  #open = true

  constructor(target: FileTarget, pipeline: FilterPipeline, options: NewFileOptions) {
    const writer = new FileWriter(target, options)
    const root = groupDraft(options.trackOrder === true ? 'indexed' : 'none')
    if (options.trackTimes === true) root.times = now()
    const { emitter, heap, versions } = writer
    const source = new WindowSource(target, options.userBlock?.length ?? 0, Number.POSITIVE_INFINITY)
    const image = new FileImage(source, emitter.sizes, pipeline)
    const openRawData: OpenRawData = (name) => target.openRawData?.(name) ?? noOtherFiles(name)
    super(
      { emitter, heap, versions, pipeline, openRawData, image, root, scales: new Map(), data: new Map() },
      root,
      '/',
    )
    this.#writer = writer
    this.#target = target
  }

  /** Completes the file and brings it to the disk. Without effect on a file that is closed already. */
  close(): void {
    if (!this.#open) return
    this.#open = false
    try {
      this.#writer.finish(this.draft)
      this.#target.commit?.()
    } catch (error) {
      this.#target.abort?.()
      throw error
    }
  }

  /** Gives the file up: nothing is left of it. */
  abort(): void {
    if (!this.#open) return
    this.#open = false
    this.#target.abort?.()
  }

  /** Gives the file up at the end of the block that declares it with `using`, where it was not closed before. */
  [Symbol.dispose](): void {
    this.abort()
  }
}

/** How a new file is written; what a group has, the root group has. */
export interface NewFileOptions extends FileOptions, GroupOptions {}
