import type { Dataset, Datatype } from '@h5kit/core'
import { decodeText } from '@h5kit/core'
import { numberFormat } from '../number/printf.ts'
import type { XmlWriter } from './writer.ts'

const TIMES = ['FillOnAlloc', 'FillNever', 'FillIfSet']
const ALLOCATION_TIMES: Record<number, string> = { 1: 'Early', 2: 'Late', 3: 'Incremental' }

const IF_SET = 2

/** What elements hold that nobody wrote, and when storage is allocated and filled. */
export function writeFillValue(writer: XmlWriter, level: number, dataset: Dataset): void {
  const { writeTime, allocationTime, state, value } = dataset.fillSettings
  const contents = (): void => {
    writer.element(level + 1, 'FillValue', () => {
      if (state === 'undefined' || (state === 'default' && writeTime === IF_SET)) writer.tag(level + 2, 'NoFill/')
      else {
        const { type } = dataset
        const bytes = state === 'default' ? new Uint8Array(type.size) : value
        writer.element(level + 2, 'Data', () => writeValue(writer, level + 3, type, bytes))
      }
    })
  }
  const fillTime = TIMES[writeTime] ?? '?'
  const allocation = ALLOCATION_TIMES[allocationTime] ?? '?'
  writer.element(level, 'FillValueInfo', contents, ` FillTime="${fillTime}" AllocationTime="${allocation}"`)
}

function writeValue(writer: XmlWriter, level: number, type: Datatype, value: Uint8Array): void {
  const text = valueText(type, value)
  if (text === undefined) {
    const { class: kind } = type
    const isString = kind === 'variable-length' && type.kind === 'string'
    writer.comment(level, MISSING[isString ? 'string' : kind] ?? 'VL fill not yet implemented.')
    writer.tag(level, 'NoData /')
  } else {
    writer.element(level, 'DataFromFile', () => writer.value(level, `"${text}"`))
  }
}

const MISSING: Partial<Record<Datatype['class'], string>> = {
  string: 'String fill values not yet implemented.',
  array: 'Array fill values not yet implemented.',
  time: 'Time fill not yet implemented.',
  compound: 'Compound fill not yet implemented.',
}

/**
 * Whatever a number's type is, the reference shows its first four bytes as a C int or float of the machine, whatever is
 * in memory behind a shorter one. Those are zeros here.
 */
function valueText(type: Datatype, value: Uint8Array): string | undefined {
  const first = new DataView(new ArrayBuffer(4))
  for (let i = 0; i < 4; i++) first.setUint8(i, value[i] ?? 0)
  switch (type.class) {
    case 'fixed-point':
      return String(first.getInt32(0, true))
    case 'floating-point':
      return sixDecimals(first.getFloat32(0, true), first.getInt32(0, true) < 0)
    case 'bitfield':
    case 'opaque': {
      const number = first.getUint32(0, true)
      return Array.from({ length: type.size }, (_, i) => `${((number + 4 * i) >>> 0).toString(16)} `).join('')
    }
    case 'enum':
      return type.members[first.getUint32(0, true)]?.name ?? '(null)'
    case 'reference':
      return 'NULL'
    default:
      return undefined
  }
}

function sixDecimals(value: number, negative: boolean): string {
  const format = numberFormat('%f')
  if (format === undefined) return String(value)
  const bytes = new Uint8Array(format.longest)
  return decodeText(bytes, 0, format.put(bytes, 0, value, Number.isNaN(value) && negative))
}
