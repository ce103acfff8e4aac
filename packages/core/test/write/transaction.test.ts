import test from 'ava'
import { BufferStore } from '../../src/io/byte-store.ts'
import { isHot, Journal, rollBack } from '../../src/write/journal.ts'
import { Transaction } from '../../src/write/transaction.ts'
import type { Remains } from '../support/faulty-disk.ts'
import { FaultyDisk } from '../support/faulty-disk.ts'

function filled(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + seed * 17 + (i >> 8)) & 0xff)
}

type Edit = (transaction: Transaction) => number

const OLD = filled(20_000, 1)

const EDITS: Record<string, Edit> = {
  'writes here and there': (transaction) => {
    transaction.write(5, filled(10, 2))
    transaction.write(4090, filled(5000, 3))
    transaction.write(19_990, filled(10, 4))
    return 20_000
  },
  grows: (transaction) => {
    transaction.write(100, filled(3, 5))
    transaction.write(25_000, filled(9000, 6))
    return 34_000
  },
  shrinks: (transaction) => {
    transaction.write(100, filled(3, 7))
    transaction.write(15_000, filled(3, 7))
    return 9_000
  },
  'large pieces': (transaction) => {
    transaction.write(10, filled(700_000, 8))
    transaction.write(3000, filled(300_000, 9))
    return 700_010
  },
}

function edited(edit: Edit): Uint8Array {
  const store = new BufferStore(OLD)
  const transaction = new Transaction(store, undefined)
  transaction.commit(edit(transaction))
  return store.written.slice()
}

for (const [name, edit] of Object.entries(EDITS)) {
  for (const remains of ['all', 'nothing', 'half'] satisfies Remains[]) {
    test(`${name}: stopped at any step, ${remains} left of what was not synced, the file is the old or the new one`, (t) => {
      const fresh = edited(edit)
      const whole = new FaultyDisk(OLD)
      const first = new Transaction(whole.file, whole.journal)
      first.commit(edit(first))
      t.true(same(whole.file.view(0, whole.file.size), fresh))
      t.is(whole.journal.open(), undefined)
      const outcomes = new Set<string>()
      for (let at = 0; at < whole.steps; at++) {
        const disk = new FaultyDisk(OLD, at, remains)
        const transaction = new Transaction(disk.file, disk.journal)
        t.throws(() => transaction.commit(edit(transaction)), { message: 'the disk failed' })
        const after = disk.afterCrash()
        const journal = after.journal.open()
        if (journal !== undefined) rollBack(after.file, journal)
        const bytes = after.file.view(0, after.file.size)
        const outcome = same(bytes, OLD) ? 'old' : same(bytes, fresh) ? 'new' : `neither at step ${at}`
        outcomes.add(outcome)
      }
      t.deepEqual(
        [...outcomes].filter((outcome) => outcome.startsWith('neither')),
        [],
      )
      t.true(outcomes.has('old'))
    })
  }

  test(`${name}: putting the file back is stopped at any step and done again`, (t) => {
    const whole = new FaultyDisk(OLD)
    const first = new Transaction(whole.file, whole.journal)
    first.commit(edit(first))
    const crashed = new FaultyDisk(OLD, whole.steps - 1)
    const transaction = new Transaction(crashed.file, crashed.journal)
    t.throws(() => transaction.commit(edit(transaction)))
    for (let at = 0; at < 12; at++) {
      const again = crashed.afterCrash()
      const journal = again.journal.open()
      if (journal === undefined) return t.fail('no journal')
      const failing = new FaultyDisk(again.file.view(0, again.file.size), at, 'half')
      try {
        rollBack(failing.file, journal)
      } catch (error) {
        t.true(error instanceof Error)
      }
      const last = failing.afterCrash()
      rollBack(last.file, journal)
      const bytes = last.file.view(0, last.file.size)
      t.true(same(bytes, OLD) || same(bytes, edited(edit)))
    }
  })
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

test('what is written is there to be read', (t) => {
  const transaction = new Transaction(new BufferStore(OLD), undefined)
  const expected = OLD.slice()
  for (const [address, length] of [
    [0, 1],
    [4095, 2],
    [8000, 9000],
    [19_000, 1000],
  ]) {
    const bytes = filled(length, address)
    transaction.write(address, bytes)
    expected.set(bytes, address)
  }
  t.deepEqual(transaction.view(0, 20_000), expected)
  t.deepEqual(transaction.peek(4094, 4).bytes, expected.slice(4094, 4098))
  transaction.write(30_000, filled(5, 1))
  t.deepEqual(transaction.view(20_000, 10_000), new Uint8Array(10_000))
})

test('a journal is hot from its whole header on', (t) => {
  const store = new BufferStore()
  const journal = new Journal(store, 1000)
  t.true(isHot(store))
  const header = store.written.slice()
  journal.keep(10, filled(100, 1))
  for (let length = 0; length < header.length; length++) t.false(isHot(new BufferStore(header.slice(0, length))))
})

test('records that were not written to their end are passed over', (t) => {
  const store = new BufferStore()
  const journal = new Journal(store, 1000)
  journal.keep(10, filled(100, 1))
  const complete = store.size
  journal.keep(500, filled(100, 2))
  const old = filled(1000, 3)
  for (let length = complete; length < store.size; length += 7) {
    const file = new BufferStore(old)
    rollBack(file, new BufferStore(store.written.slice(0, length)))
    const expected = old.slice()
    expected.set(filled(100, 1), 10)
    t.deepEqual(file.written, expected)
  }
})

test('a transaction that is given up leaves the file as it was', (t) => {
  const disk = new FaultyDisk(OLD)
  const transaction = new Transaction(disk.file, disk.journal)
  transaction.write(0, filled(600_000, 4))
  t.notDeepEqual(disk.file.view(0, 20_000), OLD)
  transaction.abandon()
  t.deepEqual(disk.file.view(0, disk.file.size), OLD)
  t.is(disk.journal.open(), undefined)
})
