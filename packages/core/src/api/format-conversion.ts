import { downgradeLayout } from '../write/format-downgrade.ts'
import type { Dataset } from './dataset.ts'
import type { File } from './file.ts'
import { about } from './located.ts'

/**
 * Describes where a dataset's elements are in a way that release 1.8 understands, in a file that was opened to be
 * changed. The dataset has to be opened anew after that.
 *
 * @returns whether something had to be changed; never for a virtual dataset, which that release cannot read
 */
export function downgradeDataset(dataset: Dataset): boolean {
  return about(dataset, () => downgradeLayout(dataset.file.editor.file, dataset.address))
}

/**
 * Gives a file that was opened to be changed a superblock that release 1.8 understands.
 *
 * @returns whether something had to be changed
 */
export function downgradeFile(file: File): boolean {
  return file.editor.file.downgrade()
}
