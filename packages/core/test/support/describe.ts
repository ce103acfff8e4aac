import type { Attribute } from '../../src/api/attribute.ts'
import type { File } from '../../src/api/file.ts'
import type { H5Object } from '../../src/api/objects.ts'
import { Hdf5Error } from '../../src/errors.ts'
import { Pending } from '../../src/io/pending.ts'

/** What a file tells of itself, as lines of text; what cannot be read is said in its place. */
export function describe(file: File): string[] {
  const lines = [`user block ${file.userBlockSize}`, ...objectLines(file.root)]
  for (const { path, link } of file.visit()) {
    lines.push(`${path}: ${JSON.stringify(link, plain)}`)
    if (link.kind === 'hard') lines.push(...objectLines(file.object(link.address, path)))
  }
  return lines
}

function objectLines(object: H5Object): string[] {
  const lines = [`${object.kind} ${object.address} ${object.referenceCount} ${object.comment}`]
  for (const attribute of object.attributes('creation')) lines.push(text(() => attributeValue(attribute)))
  if (object.kind === 'datatype') lines.push(text(() => object.type))
  if (object.kind !== 'dataset') return lines
  lines.push(
    text(() => {
      const { type, space, layout, filters } = object
      return { type, space, layout, filters }
    }),
  )
  lines.push(text(() => [object.fillValue, object.storageSize, object.externalFiles]))
  lines.push(text(() => [...object.chunks()]))
  lines.push(text(() => object.value))
  return lines
}

function attributeValue({ name, type, shape, value }: Attribute): unknown {
  return [name, type, shape, value]
}

function text(operation: () => unknown): string {
  try {
    return JSON.stringify(operation(), plain) ?? 'nothing'
  } catch (error) {
    if (error instanceof Pending || !(error instanceof Hdf5Error)) throw error
    return `${error.name}: ${error.message}`
  }
}

function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  return ArrayBuffer.isView(value) ? Array.from(value as Uint8Array, String).join() : value
}
