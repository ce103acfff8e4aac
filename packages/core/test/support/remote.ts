import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { File } from '../../src/api/file.ts'
import { openSource } from '../../src/index.ts'
import type { ByteRange, FetchingSource } from '../../src/io/pending.ts'
import { resume } from '../../src/io/pending.ts'
import { RemoteSource } from '../../src/io/remote-source.ts'

const folder = fileURLToPath(new URL('../../../../golden/files/', import.meta.url))

export function goldenBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(`${folder}${name}`))
}

/** A file on the other side of a network, of which nothing is here at first. */
export interface Remote {
  /** Runs an operation on the file to its end; gives its result and the round trips that it took. */
  run<T>(operation: (file: File) => T): Promise<{ result: T; trips: number }>
  source: FetchingSource
}

/** A golden file behind a source that holds nothing at first; the file itself is opened by the first operation. */
export function remote(name: string, pageSize: number): Remote {
  const bytes = goldenBytes(name)
  const pages = new RemoteSource(bytes.length, async (at, length) => bytes.slice(at, at + length), { pageSize })
  let trips = 0
  const source = {
    fetch(ranges: readonly ByteRange[]): Promise<void> {
      trips++
      return pages.fetch(ranges)
    },
  }
  let opened: File | undefined
  return {
    source,
    async run(operation) {
      trips = 0
      const file = opened ?? (await resume(source, () => openSource(pages, { name })))
      opened = file
      return { result: await resume(source, () => operation(file)), trips }
    },
  }
}
