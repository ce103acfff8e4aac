import type { ErrorKind } from '../errors.ts'
import { Hdf5Error } from '../errors.ts'
import type { Decoded, FileImage } from '../format/file-image.ts'
import { superblockStructure } from '../format/superblock.ts'
import { Span, sameBytes } from '../io/span.ts'
import type { Structure } from '../io/structure.ts'
import { UNDEFINED } from '../io/structure.ts'
import type { Blemish } from './checking-reader.ts'
import { CheckingReader, wrongLetters } from './checking-reader.ts'
import type { ExtentKind } from './extents.ts'
import { ExtentMap } from './extents.ts'
import type { Finding, Named, Place, Severity } from './finding.ts'
import { codeOf } from './finding.ts'
import type { FileLimits } from './policy.ts'

/** Findings that are kept of one file; damage repeats itself. */
const MOST_FINDINGS = 10_000

/** How a structure is to be decoded. */
interface Reading {
  /** What its bytes are used for; nothing is noted where this is not given. */
  use?: ExtentKind
  /** Bytes that it takes in the file where that is more than what is read of it. */
  allocated?: number
  /** Gives as much as could be decoded where something is wrong. */
  partly?: boolean
}

/** What came of decoding a structure. */
interface Read<T> {
  /** As far as it was filled in. */
  blank: T
  value?: T
  error?: Hdf5Error
}

/** What all checks of one file share: its bytes, what was found, and which bytes are used. */
export class Checker {
  readonly image: FileImage
  readonly limits: FileLimits
  readonly findings: Finding[] = []
  /** Findings that were too many to keep. */
  omitted = 0
  readonly extents = new ExtentMap()
  /** Called for each structure that is decoded. */
  observer: ((decoded: Decoded) => void) | undefined
  /** Where the bytes end, which may be behind the end of file address. */
  fileEnd = 0
  #endReported = false
  #path = ''
  /** Of the path, in the map of extents; undefined where it has none yet. */
  #pathNumber: number | undefined
  readonly #sections = new Map<string, string>()
  readonly #last = new Map<unknown, { bytes: Span; value: unknown }>()
  readonly #blemishes: Blemish[] = []
  #asked: object | undefined
  /** One for all structures, of which none decodes another one by the checker. */
  readonly #reader: CheckingReader

  constructor(image: FileImage, limits: FileLimits) {
    this.image = image
    this.limits = limits
    this.#reader = new CheckingReader('', new Uint8Array(0), 0, image.sizes, this.#blemishes)
  }

  /** Of the object that is looked at; empty where it is none. */
  get path(): string {
    return this.#path
  }

  set path(path: string) {
    this.#path = path
    this.#pathNumber = undefined
  }

  /** Notes a finding about a structure, with the code of its field where the code is not given. */
  report(severity: Severity, place: Place, message: string, code = codeOf(place.structure.name, place.field)): void {
    if (this.findings.length >= MOST_FINDINGS) {
      this.omitted++
      return
    }
    const { structure, address } = place
    const known = address === undefined || address === UNDEFINED ? undefined : address
    this.findings.push({
      code,
      severity,
      path: this.path,
      address: known,
      structure: structure.name,
      section: structure.spec,
      message,
    })
  }

  error(place: Place, message: string, field = place.field): void {
    this.report('error', { ...place, field }, message)
  }

  warn(place: Place, message: string, field = place.field): void {
    this.report('warning', { ...place, field }, message)
  }

  /** Runs a step; what the file does not let through is a finding, and then there is no result. */
  attempt<T>(place: Place, step: () => T): T | undefined {
    try {
      return step()
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
      this.raised(place, error)
      return undefined
    }
  }

  /** As `attempt`, but whatever structure it is that is wrong, the finding is about the field that led there. */
  follow<T>(place: Place, step: () => T): T | undefined {
    try {
      return step()
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
      this.report('error', place, error.message)
      return undefined
    }
  }

  /** Notes an error as a finding about the structure that it names, or else about the given one. */
  raised(place: Place, error: Hdf5Error): void {
    const name = error.structure ?? place.structure.name
    const field = error.structure === undefined ? (error.field ?? place.field) : error.field
    const structure = { name, spec: this.#sections.get(name) ?? place.structure.spec }
    // Where in the structure it was does not matter: a structure is known by where it starts.
    const address = name === place.structure.name ? place.address : (error.address ?? place.address)
    const code = CODES[error.kind] ?? codeOf(name, field)
    this.report(SEVERITIES[error.kind] ?? 'error', { structure, address, field }, plainMessage(error), code)
  }

  /** Notes that bytes are used. */
  claim(address: number, length: number, kind: ExtentKind, structure: Named): void {
    this.#pathNumber ??= this.extents.addPath(this.#path)
    this.extents.add(address, length, kind, structure.name, this.#pathNumber)
  }

  /** Whether bytes are inside the file; where they are not, that is an error in the field that leads there. */
  inside(address: number, length: number, from: Place, field = from.field): boolean {
    const end = this.image.source.endAt?.(address) ?? this.image.source.size
    if (address >= 0 && length >= 0 && address + length <= end) return true
    if (address >= 0 && length >= 0 && address + length <= this.fileEnd) {
      // Cut off with the file, it would be longer than that.
      const place = { structure: superblockStructure, address: 0, field: 'End of File Address' }
      if (!this.#endReported) this.error(place, `${end}, and ${from.structure.name} leads to bytes behind it`)
      this.#endReported = true
    } else if (address === UNDEFINED) this.error(from, 'no address where there has to be one', field)
    else this.error(from, `${length} bytes at address ${address} reach past the end of the file (${end} bytes)`, field)
    return false
  }

  /** Bytes for a look at them: they may be others once the file is read again. */
  peek(address: number, length: number): Uint8Array {
    return this.image.peek(address, length).bytes
  }

  /** Whether a structure that starts with these letters is at an address. */
  startsWith(address: number, letters: string): boolean {
    const { length } = letters
    if (address < 0 || this.image.available(address, length) < length) return false
    return wrongLetters(this.peek(address, length), letters) === 0
  }

  /**
   * Decodes the structure at an address and notes its extent.
   *
   * @param from the field that leads there
   * @returns undefined where it cannot be decoded, which is a finding then
   */
  decode<T, P>(
    structure: Structure<T, P>,
    address: number,
    length: number,
    params: P,
    from: Place,
    reading: Reading = {},
  ): T | undefined {
    const { use, allocated = length } = reading
    if (!this.inside(address, length, from) || !this.inside(address, allocated, from)) return undefined
    const bytes = new Span(this.image.source.view(address, length))
    const read = this.#read(structure, bytes, address, params)
    if (read.error !== undefined || this.#blemishes.length > 1) {
      const signature = this.#blemishes.find(({ field }) => field === 'Signature')
      if (signature !== undefined && signature.wrong > 1) {
        // Of a structure that is there not so much is wrong: what leads to it is.
        this.#blemishes.length = 0
        this.error(from, `no ${structure.name} at address ${address}`)
        return undefined
      }
    }
    if (use !== undefined) this.claim(address, allocated, use, structure)
    return this.#judge(structure, bytes, address, params, read, reading.partly ?? false)
  }

  /** As `decode`, of bytes that are at hand and whose extent is another structure's. */
  decodeBytes<T, P>(
    structure: Structure<T, P>,
    bytes: Uint8Array | Span,
    address: number,
    params: P,
    { partly = false }: Reading = {},
  ): T | undefined {
    const span = bytes instanceof Span ? bytes : new Span(bytes)
    return this.#judge(structure, span, address, params, this.#read(structure, span, address, params), partly)
  }

  /** Bytes that the structure which was decoded last has left. */
  get left(): number {
    return this.#reader.left
  }

  #read<T, P>(structure: Structure<T, P>, { data, start, length }: Span, address: number, params: P): Read<T> {
    const blank = structure.blank(params)
    this.#reader.reset(structure.name, data, address, start, start + length)
    try {
      return { blank, value: structure.body(this.#reader, blank, params) ?? blank }
    } catch (error) {
      if (!(error instanceof Hdf5Error)) throw error
      return { blank, error }
    }
  }

  #judge<T, P>(
    structure: Structure<T, P>,
    { data, start, length }: Span,
    address: number,
    params: P,
    { blank, value, error }: Read<T>,
    partly: boolean,
  ): T | undefined {
    this.#sections.set(structure.name, structure.spec)
    if (error !== undefined) this.raised({ structure, address }, error)
    if (this.#blemishes.length > 0) {
      for (const blemish of this.#blemishes.splice(0)) this.#blemish(blemish, structure, address)
    }
    if (value === undefined) return partly ? blank : undefined
    if (this.observer !== undefined) {
      const decoded = { structure, address, bytes: data.subarray(start, start + length), value, params }
      this.observer(decoded as unknown as Decoded)
    }
    return value
  }

  /**
   * As `decodeBytes`, of what often comes with the same bytes, as the datatypes of many datasets do: where they are those
   * of the last time, so is the value, which was right then.
   */
  decodeAgain<T>(structure: Structure<T>, bytes: Span, address: number): T | undefined {
    const last = this.observer === undefined ? this.#last.get(structure) : undefined
    if (last !== undefined && last.bytes.length === bytes.length && sameBytes(last.bytes, bytes)) return last.value as T
    const found = this.findings.length + this.omitted
    const value = this.decodeBytes(structure, bytes, address, undefined)
    if (found === this.findings.length + this.omitted) this.#last.set(structure, { bytes, value })
    return value
  }

  /** Whether a value is another than the one that this was asked of the last time. */
  isNew(value: object): boolean {
    const known = this.#asked === value
    this.#asked = value
    return !known
  }

  #blemish(
    { structure: name, field, address: fieldAddress, what, reserved }: Blemish,
    outer: Named,
    address: number,
  ): void {
    const structure = { name, spec: this.#sections.get(name) ?? outer.spec }
    const start = name === outer.name ? address : fieldAddress
    this.report(reserved ? 'warning' : 'error', { structure, address: start, field }, `${what}, field "${field}"`)
  }
}

/** Kinds of errors that have a code of their own, wherever they come up. */
const CODES: { [kind in ErrorKind]?: string } = {
  limit: 'limit',
  filter: 'raw-data.filter',
  unsupported: 'unsupported',
}
const SEVERITIES: { [kind in ErrorKind]?: Severity } = { unsupported: 'note' }

/** What an error says without where: findings have that in fields of their own. */
function plainMessage(error: Hdf5Error): string {
  const at = error.structure === undefined ? -1 : error.message.indexOf(` in ${error.structure}`)
  const what = at < 0 ? error.message : error.message.slice(0, at)
  return error.field === undefined ? what : `${what}, field "${error.field}"`
}
