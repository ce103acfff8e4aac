import type { File } from '@h5kit/core/node'
import type { Order } from './dump-tables.ts'
import { ObjectTables } from './dump-tables.ts'
import { fileIdentity } from './file-identity.ts'

/** The file that is dumped, and those that its external links lead to, each with its tables. */
export class FileTables {
  readonly #first: ObjectTables
  readonly #byIdentity = new Map<string, ObjectTables>()
  readonly #entered: ObjectTables[] = []

  /** @param growing whether the first file's tables grow with the dump */
  constructor(file: File, order: Order, growing = false) {
    this.#first = new ObjectTables(file, order, growing)
    this.#byIdentity.set(identity(file), this.#first)
  }

  /** The tables of the file whose objects are being dumped. */
  get current(): ObjectTables {
    return this.#entered.at(-1) ?? this.#first
  }

  /** Whether an external link was followed to where the dump is. */
  get throughLink(): boolean {
    return this.#entered.length > 0
  }

  /** Whether the first file's tables grow with the dump. */
  get growing(): boolean {
    return this.#first.growing
  }

  /** Goes through the first file after all. */
  complete(): void {
    this.#first.complete()
  }

  /** Whether the first file has a committed datatype that no link leads to. */
  get anyUnnamed(): boolean {
    return this.#first.unnamed.length > 0
  }

  /** Goes into another file; false where it is the first one. Its tables are made when it is entered first. */
  enter(file: File, order: Order): boolean {
    const key = identity(file)
    let tables = this.#byIdentity.get(key)
    if (tables === this.#first) return false
    if (tables === undefined) {
      tables = new ObjectTables(file, order)
      this.#byIdentity.set(key, tables)
    }
    this.#entered.push(tables)
    return true
  }

  leave(): void {
    this.#entered.pop()
  }
}

/** Names of the same file can differ. There is no file of the name that a set of files has. */
function identity(file: File): string {
  return fileIdentity(file.name) ?? file.name
}
