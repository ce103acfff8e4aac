import { converter, refersElsewhere } from '../datatype/conversion/convert.ts'
import { sameType } from '../datatype/equality.ts'
import type { Encodable } from '../datatype/value/encode-numbers.ts'
import { UnsupportedError, WriteError } from '../errors.ts'
import type { ElementSet } from '../storage/element-set.ts'
import { copyRuns } from '../storage/runs.ts'
import type { Run } from '../storage/virtual-map.ts'
import { VirtualMap } from '../storage/virtual-map.ts'
import { eachNumber, sharesToWrite } from '../storage/virtual-targets.ts'
import type { Dataset } from './dataset.ts'
import type { File } from './file.ts'
import { holdsReferences } from './new-values.ts'
import { currentExtent, datasetIn } from './virtual-sources.ts'

/** What is written to each source: elements of a set in its order, of which it has those with the numbers of runs. */
type Give = (source: Dataset, set: ElementSet, runs: readonly Run[]) => void

/** Writes elements of a virtual dataset, in its type, to its sources, in theirs. */
export function writeVirtualBytes(dataset: Dataset, set: ElementSet, bytes: Uint8Array): void {
  const { type, file } = dataset
  if (bytes.length !== set.size * type.size) {
    throw new WriteError(`${bytes.length} bytes for ${set.size} elements of ${type.size} bytes`)
  }
  eachSource(dataset, set, (source, part, runs) => {
    if (refersElsewhere(type, true) && source.file !== file) {
      throw new UnsupportedError('elements that refer to a file are not written to another one as they are')
    }
    const own = new Uint8Array(part.size * type.size)
    let at = 0
    for (const { to, length, repeat, step } of runs) {
      copyRuns(bytes, own, type.size, to, at, length, repeat, step, length)
      at += length * repeat
    }
    const converted = sameType(type, source.type) ? own : converter(type, source.type)(own, part.size)
    source.file.changes.writeRaw(source, converted, part)
  })
}

/** Writes values that refer to data elsewhere, which each source keeps in its own file. */
export function writeVirtualValues(dataset: Dataset, set: ElementSet, values: Encodable): void {
  const { type, file } = dataset
  eachSource(dataset, set, (source, part, runs) => {
    if (holdsReferences(type) && source.file !== file) {
      throw new UnsupportedError('references to objects of a file are not written to another one')
    }
    source.file.changes.write(
      source,
      [...eachNumber(runs)].map((number) => values[number]),
      part,
    )
  })
}

/** A source as it is found in the mappings. */
interface Target {
  dataset: Dataset
  shape: readonly number[]
}

function eachSource(dataset: Dataset, set: ElementSet, give: Give): void {
  const { file, mappings } = dataset
  const extent = currentExtent(file, dataset.shape, mappings)
  const open = (name: string, path: string): Target | undefined => {
    const source = datasetIn(file.others.virtualSourceToChange(name), path)
    return source && { dataset: source, shape: source.shape.length === 0 ? [1] : source.shape }
  }
  file.throughVirtual(() => {
    const map = new VirtualMap({ mappings, ...extent, open })
    for (const { source, set: part, runs } of sharesToWrite(map, set, extent.shape.length)) {
      give(source.dataset, part, runs)
    }
  })
  forgetReadSources(file)
}

/** Virtual datasets look at their sources anew. */
function forgetReadSources(file: File): void {
  file.image.forget()
}
