import { WriteError } from '../errors.ts'
import type { ByteSource } from '../io/byte-source.ts'
import { FamilySource } from '../io/family-source.ts'
import { FileSource } from '../io/file-source.node.ts'
import { MultiSource } from '../io/multi-source.ts'
import { PartFiles } from '../io/part-files.node.ts'
import type { FileParts } from '../write/file-parts.ts'
import { RAW_START } from '../write/file-parts.ts'
import type { OpenOptions } from './context.ts'
import { openOtherFile } from './external-files.node.ts'
import { isFamilyPattern, memberName } from './family-members.node.ts'
import type { File } from './file.ts'
import { openWith } from './file.ts'
import { pipelineOf } from './pipeline.node.ts'

/** Drivers that keep a file in several. */
export type PartsDriver = 'family' | 'split' | 'multi'

/** Bytes of a family's members, as in the C library. */
const MEMBER_SIZE = 100 << 20

/** A new file in several on disk. */
export interface NewParts {
  /** What the file itself has to say of them. */
  parts: FileParts
  files: PartFiles
  /** Opens what was written, once it is sealed and before it has its names. */
  open(options?: OpenOptions): File
}

/**
 * Makes the files that a driver keeps a new file in: a family, named by a pattern with a number as C's printf has it;
 * or descriptions and elements apart, in NAME-m.h5 and NAME-r.h5 (split) or NAME-s.h5 and NAME-r.h5 (multi, whose
 * other four files are empty).
 *
 * @param memberSize bytes of each member of a family but the last
 * @throws WriteError where the name is none of a family's, IoError where the system refuses
 */
export function newParts(driver: PartsDriver, path: string, memberSize = MEMBER_SIZE): NewParts {
  return driver === 'family' ? newFamily(path, memberSize) : newPair(driver, path)
}

function newFamily(pattern: string, memberSize: number): NewParts {
  if (!isFamilyPattern(pattern)) {
    throw new WriteError(`"${pattern}" is no pattern for the names of a family, as "part%05d.h5" is`)
  }
  const nameOf = (part: number): string => memberName(pattern, part)
  const files = new PartFiles({
    nameOf,
    placeOf(address) {
      const at = address % memberSize
      return { part: Math.floor(address / memberSize), at, room: memberSize - at }
    },
    least: 1,
    size: memberSize,
    leftOver: nameOf,
  })
  const source = (members: ByteSource[]): ByteSource => new FamilySource(members, memberSize)
  return { parts: { kind: 'family', memberSize }, files, open: (options) => openParts(pattern, files, source, options) }
}

/** Letters of files: that of descriptions, that of elements, and those of empty ones. */
const LETTERS = { split: 'mr', multi: 'srbglo' }

function newPair(kind: 'split' | 'multi', path: string): NewParts {
  const templates = Array.from(LETTERS[kind], (letter) => `%s-${letter}.h5`)
  const names = templates.map((template) => template.replace('%s', () => path))
  const files = new PartFiles({
    nameOf: (part) => names[part],
    placeOf(address) {
      if (address >= RAW_START) return { part: 1, at: address - RAW_START, room: Number.POSITIVE_INFINITY }
      return { part: 0, at: address, room: RAW_START - address }
    },
    least: names.length,
  })
  const source = ([metadata, raw]: ByteSource[]): ByteSource =>
    new MultiSource([
      { base: 0n, source: metadata, name: names[0] },
      { base: BigInt(RAW_START), source: raw, name: names[1] },
    ])
  const [metadata, raw] = templates
  return { parts: { kind, metadata, raw }, files, open: (options) => openParts(path, files, source, options) }
}

function openParts(
  name: string,
  { temporaryPaths }: PartFiles,
  join: (members: ByteSource[]) => ByteSource,
  options: OpenOptions = {},
): File {
  const source = join(temporaryPaths.map((path) => new FileSource(path)))
  try {
    return openWith(source, pipelineOf(undefined), { name, openOther: openOtherFile, ...options })
  } catch (error) {
    source.close?.()
    throw error
  }
}
