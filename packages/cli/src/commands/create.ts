import type { ArrayData, DatasetOptions, Datatype, NewFile, NewObject, Value } from '@h5kit/core'
import { NotFoundError, parseType, TypeMismatchError } from '@h5kit/core'
import { createFile } from '@h5kit/core/node'
import type { CreateOptions, ObjectRequest } from '../options/create.ts'
import { openElements } from './element-input.ts'
import { refuseLoss } from './element-loss.ts'
import { readValues } from './element-text.ts'

/** Makes the file that a command line describes. */
export async function create(options: CreateOptions): Promise<void> {
  const { low, high, userBlock, trackOrder } = options
  using file = createFile(options.file, {
    mode: options.force ? 'w' : 'x',
    low,
    high,
    trackOrder,
    userBlock: userBlock === 0 ? undefined : new Uint8Array(userBlock),
  })
  for (const request of options.objects) {
    const object = await make(file, request)
    if (object !== undefined) describe(file, object, request)
  }
  file.close()
}

async function make(file: NewFile, request: ObjectRequest): Promise<NewObject | undefined> {
  const { path, target } = request
  switch (request.kind) {
    case 'group':
      return request.path === '/' ? file : file.createGroup(path, { trackOrder: request.trackOrder })
    case 'datatype':
      return file.createType(path, String(request.dataset.type))
    case 'soft link':
      file.createSoftLink(path, target)
      return undefined
    case 'external link':
      file.createExternalLink(path, request.file, target)
      return undefined
    case 'hard link':
      file.createHardLink(path, file.get(target))
      return undefined
    case 'dataset':
      return await makeDataset(file, request)
  }
}

async function makeDataset(file: NewFile, request: ObjectRequest): Promise<NewObject> {
  const { path, dataText, fillText, from, lossy } = request
  const valuesOf = (text: string): ArrayData => {
    const values = readValues(text, type)
    if (type !== undefined && !lossy) refuseLoss(type, values)
    return values
  }
  const { type, named } = typeOf(file, request)
  const common: DatasetOptions = { ...request.dataset, type: named ?? type }
  if (fillText !== undefined) common.fillValue = valuesOf(fillText) as Value
  if (from === undefined) {
    const data = dataText === undefined ? undefined : valuesOf(dataText)
    return await file.createDatasetAsync(path, { ...common, data })
  }
  const input = openElements(from.file, from.format, { ...request.dataset, type: request.dataset.type }, lossy)
  try {
    return await file.createDatasetAsync(path, { ...common, ...input.options })
  } finally {
    input.close()
  }
}

/** The type that is asked for by its description, or by the path of one that is committed in the file. */
function typeOf(
  file: NewFile,
  { dataset }: ObjectRequest,
): { type: Datatype | undefined; named: DatasetOptions['type'] } {
  const { type } = dataset
  if (typeof type !== 'string') return { type: undefined, named: undefined }
  if (!type.startsWith('/')) return { type: parseType(type), named: undefined }
  const found = file.get(type)
  if (found.kind !== 'datatype') throw new TypeMismatchError(`"${type}" is a ${found.kind}, not a datatype`)
  return { type: found.type, named: found }
}

/** Attributes and dimension scales. */
function describe(file: NewFile, object: NewObject, request: ObjectRequest): void {
  for (const { name, text } of request.attributes) object.createAttribute(name, readValues(text, undefined))
  if (object.kind !== 'dataset') return
  if (request.scale !== undefined) object.makeScale(request.scale)
  for (const { axis, scale } of request.attached) {
    const found = file.get(scale)
    if (found.kind !== 'dataset') throw new NotFoundError(`no dataset "${scale}" to be a dimension scale`)
    object.attachScale(axis, found)
  }
  for (const { axis, text } of request.labels) object.setDimensionLabel(axis, text)
}
