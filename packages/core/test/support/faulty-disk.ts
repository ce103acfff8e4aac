import { IoError } from '../../src/errors.ts'
import type { ByteStore } from '../../src/io/byte-store.ts'
import { BufferStore } from '../../src/io/byte-store.ts'
import type { JournalPlace } from '../../src/write/journal.ts'

/** What a crash leaves of what was written since the last sync: all of it, nothing, or some of it and half of the last. */
export type Remains = 'all' | 'nothing' | 'half'

/** A file and its journal on a disk that fails at a step, and from then on. */
export class FaultyDisk {
  /** Writes, syncs, truncations, creations and removals so far. */
  steps = 0
  readonly #failAt: number
  readonly #remains: Remains
  readonly file: FaultyStore
  #journal: FaultyStore | undefined

  constructor(bytes: Uint8Array, failAt = Number.POSITIVE_INFINITY, remains: Remains = 'all') {
    this.#failAt = failAt
    this.#remains = remains
    this.file = new FaultyStore(this, bytes)
  }

  readonly journal: JournalPlace = {
    name: 'journal',
    open: () => this.#journal,
    create: () => {
      this.step()
      this.#journal = new FaultyStore(this, new Uint8Array(0))
      return this.#journal
    },
    remove: () => {
      this.step()
      this.#journal = undefined
    },
  }

  step(): void {
    if (this.steps++ >= this.#failAt) throw new IoError('the disk failed')
  }

  /** Whether the step that is next is the one that fails. */
  get failing(): boolean {
    return this.steps === this.#failAt
  }

  /** What is there when the machine is on again. */
  afterCrash(): FaultyDisk {
    const disk = new FaultyDisk(this.file.durable(this.#remains))
    if (this.#journal !== undefined) disk.#journal = new FaultyStore(disk, this.#journal.durable(this.#remains))
    return disk
  }
}

type Change = (store: BufferStore) => void

class FaultyStore implements ByteStore {
  readonly #disk: FaultyDisk
  readonly #now: BufferStore
  /** What was there at the last sync, and what was done since. */
  #synced: BufferStore
  #since: Change[] = []

  constructor(disk: FaultyDisk, bytes: Uint8Array) {
    this.#disk = disk
    this.#now = new BufferStore(bytes)
    this.#synced = new BufferStore(bytes)
  }

  get size(): number {
    return this.#now.size
  }

  view(address: number, length: number): Uint8Array {
    return this.#now.view(address, length)
  }

  write(address: number, bytes: Uint8Array): void {
    const kept = bytes.slice()
    if (this.#disk.failing) {
      // The write that fails is done by half.
      this.#do((store) => store.write(address, kept.subarray(0, kept.length >> 1)))
    }
    this.#disk.step()
    this.#do((store) => store.write(address, kept))
  }

  truncate(size: number): void {
    this.#disk.step()
    this.#do((store) => store.truncate(size))
  }

  sync(): void {
    this.#disk.step()
    this.#synced = new BufferStore(this.#now.written)
    this.#since = []
  }

  #do(change: Change): void {
    change(this.#now)
    this.#since.push(change)
  }

  durable(remains: Remains): Uint8Array {
    if (remains === 'all') return this.#now.written.slice()
    const store = new BufferStore(this.#synced.written)
    if (remains === 'half') for (const [i, change] of this.#since.entries()) if (i % 2 === 1) change(store)
    return store.written.slice()
  }
}
