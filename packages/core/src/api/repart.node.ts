import { WriteError } from '../errors.ts'
import type { ByteSource } from '../io/byte-source.ts'
import { copyRange } from '../io/copy-range.ts'
import { FamilySource } from '../io/family-source.ts'
import { AtomicFile } from '../io/file-sink.node.ts'
import { FileSource } from '../io/file-source.node.ts'
import { PatchedSource } from '../io/patched-source.ts'
import { familyPatches } from '../write/family-patches.ts'
import { isFamilyPattern, memberName, openFamilyMembers } from './family-members.node.ts'

/** How a file is divided anew. */
export interface RepartOptions {
  /** Bytes of each new member of a family. Default 1 GiB. */
  memberSize?: number
  /** Whether the new file is no longer one of the family driver's. */
  toSingle?: boolean
  /** Called with the name of each file that is read, or written. */
  visit?: (use: 'read' | 'write', name: string) => void
}

const GIBIBYTE = 2 ** 30

/**
 * Copies a file that is kept in one part or in several into one or several of another size. Names with a number, as C's
 * printf has it (`part%05d.h5`), are those of families. Holes stay holes. All new files are complete before the first
 * one gets its name.
 *
 * @throws NotFoundError, IoError, and FormatError where the file does not say well how large its members are
 */
export function repartFile(from: string, to: string, options: RepartOptions = {}): void {
  const { memberSize = GIBIBYTE, toSingle = false, visit = () => {} } = options
  if (!Number.isSafeInteger(memberSize) || memberSize <= 0) throw new WriteError(`members of ${memberSize} bytes`)
  const source = openParts(from, (name) => visit('read', name))
  const written: AtomicFile[] = []
  try {
    const family = isFamilyPattern(to)
    const patches = toSingle ? familyPatches(source, undefined) : family ? familyPatches(source, memberSize) : []
    const patched = new PatchedSource(source, patches)
    const size = family ? memberSize : Number.POSITIVE_INFINITY
    for (let start = 0, number = 0; number === 0 || start < source.size; start += size, number++) {
      const name = family ? memberName(to, number) : to
      visit('write', name)
      const file = new AtomicFile(name)
      written.push(file)
      copyRange(patched, start, Math.min(size, source.size - start), file, 0)
      file.seal()
    }
    // The first one comes last: without it, nobody takes the others for a file.
    for (const file of [...written].reverse()) file.commit()
  } finally {
    for (const file of written) file.abort()
    source.close?.()
  }
}

/** All parts of a file one behind the other: each is as long as the first one, but for the last. */
function openParts(name: string, visit: (name: string) => void): ByteSource {
  if (!isFamilyPattern(name)) {
    const source = new FileSource(name)
    visit(name)
    return source
  }
  const members = openFamilyMembers(name, visit)
  return new FamilySource(members, Math.max(1, members[0].size))
}
