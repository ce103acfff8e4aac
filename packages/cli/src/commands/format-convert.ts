import type { Dataset, File, H5Object } from '@h5kit/core'
import { downgradeDataset, downgradeFile, Hdf5Error } from '@h5kit/core'
import { editFile, openForReading } from '@h5kit/core/node'
import type { ConvertOptions } from '../options/format-convert.ts'
import type { Output } from '../output.ts'

/** Says something on stderr. */
type Warn = (message: string) => void

/**
 * Makes a file, or one dataset of it, one that release 1.8 understands; returns the exit status. Where a dataset cannot
 * be converted the file stays as it was.
 */
export function formatConvert(options: ConvertOptions, output: Output, warn: Warn): number {
  const { file: path, dataset, noop, verbose } = options
  const say = (text: string): void => {
    if (verbose) output.text(`${text}\n`)
  }
  say('Process command line options')
  if (noop) say('It is noop...')
  const file = openAs(path, noop, warn)
  if (file === undefined) return 1
  try {
    say(`Open the file ${path}`)
    const converted = convertDatasets(file, dataset, noop, say, warn)
    if (converted === undefined) {
      say('Error encountered')
      say('Close the file')
      return 1
    }
    if (noop) say("Not processing the file's superblock...")
    else {
      say("Processing the file's superblock...")
      if (downgradeFile(file) || converted) file.editor.commit()
    }
    say('Close the file')
    return 0
  } finally {
    // What was not committed is not to come to be.
    if (!noop) file.editor.abandon()
    file.close()
  }
}

function openAs(path: string, noop: boolean, warn: Warn): File | undefined {
  try {
    return noop ? openForReading(path) : editFile(path)
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    warn(`unable to open file "${path}": ${error.message}`)
    return undefined
  }
}

type Say = (text: string) => void

/** Whether something was changed; undefined where something went wrong, which was told. */
function convertDatasets(
  file: File,
  only: string | undefined,
  noop: boolean,
  say: Say,
  warn: Warn,
): boolean | undefined {
  if (only === undefined) say('Processing all datasets in the file...')
  else say(`Going to process dataset: ${only}...`)
  let changed = false
  try {
    if (only !== undefined) {
      const object = file.get(only)
      return object.kind === 'dataset' ? convert(object, noop, say) : failed(`${only} is no dataset`, warn)
    }
    for (const dataset of datasets(file)) {
      say(`Going to process dataset:${dataset.path}...`)
      changed = convert(dataset, noop, say) || changed
    }
    return changed
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error
    return failed(`${only ?? error.path ?? file.name}: ${error.message}`, warn)
  }
}

function failed(what: string, warn: Warn): undefined {
  warn(what)
  return undefined
}

/** Each dataset once, by its first name. */
function* datasets(file: File): Generator<Dataset> {
  const seen = new Set<number>()
  for (const { path, link } of file.visit()) {
    if (link.kind !== 'hard' || seen.has(link.address)) continue
    seen.add(link.address)
    const object: H5Object = file.object(link.address, `/${path}`)
    if (object.kind === 'dataset') yield object
  }
}

/** Converts a dataset and tells what the reference tells; whether something was changed. */
function convert(dataset: Dataset, noop: boolean, say: Say): boolean {
  const { layout } = dataset
  say('Open the dataset')
  say("Retrieve the dataset's layout")
  const changed = convertLayout(dataset, layout, noop, say)
  say('Close the dataset')
  say('Close the dataset creation property list')
  return changed
}

function convertLayout(dataset: Dataset, layout: Dataset['layout'], noop: boolean, say: Say): boolean {
  if (layout.kind === 'virtual') {
    say('No further action for virtual dataset')
    return false
  }
  if (layout.kind === 'chunked') {
    say('Dataset is a chunked dataset')
    say("Retrieve the dataset's chunk indexing type")
    if (layout.index.type === 'b-tree-v1') {
      say("Dataset's chunk indexing type is already version 1 B-tree: no further action")
      return false
    }
    say("Dataset's chunk indexing type is not version 1 B-tree")
  } else say(`Dataset is a ${layout.kind} dataset: downgrade layout version as needed`)
  if (noop) {
    say('Not converting the dataset')
    return false
  }
  say('Converting the dataset...')
  const changed = downgradeDataset(dataset)
  say('Done')
  return changed
}
