import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { run } from '../../src/main.ts'
import { Output } from '../../src/output.ts'

const golden = fileURLToPath(new URL('../../../../golden/files', import.meta.url))

async function report(...argv: string[]): Promise<{ status: number; stdout: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'h5kit-stat-'))
  const path = join(folder, 'stdout')
  const fd = openSync(path, 'w')
  try {
    const status = await run('h5stat', argv, new Output(fd), () => {})
    return { status, stdout: readFileSync(path, 'utf8') }
  } finally {
    closeSync(fd)
    rmSync(folder, { recursive: true })
  }
}

test('the figures of the text are in the JSON', async (t) => {
  const file = join(golden, 'space-fsm-persist-user-block.h5')
  const text = (await report(file)).stdout
  const { status, stdout } = await report('--json', file)
  t.is(status, 0)
  const facts = JSON.parse(stdout)
  t.true(text.includes(`# of unique datasets: ${facts.objects.datasets}\n`))
  t.true(text.includes(`File metadata: ${facts.summary.metadata} bytes\n`))
  t.true(text.includes(`Unaccounted space: ${facts.summary.unaccounted} bytes\n`))
  t.true(text.includes(`Total raw data size: ${facts.datasets.rawData}\n`))
  t.true(text.includes(`User block: ${facts.metadata.userBlock}\n`))
  t.true(text.includes(`Total # of sections: ${sum(facts.freeSpace.sections.bins)}\n`))
  t.is(sum(facts.datasets.ranks), facts.objects.datasets)
  t.is(facts.size, facts.summary.metadata + facts.summary.rawData + facts.summary.freeSpace + facts.summary.unaccounted)
})

function sum(counts: { count: number }[]): number {
  return counts.reduce((total, { count }) => total + count, 0)
}

test('JSON has the parts that are asked for', async (t) => {
  const { stdout } = await report('--json', '-gS', join(golden, 'book-dust.h5'))
  t.deepEqual(Object.keys(JSON.parse(stdout)), ['file', 'size', 'groups', 'summary'])
})

test('what cannot be opened is no JSON', async (t) => {
  t.deepEqual(await report('--json', join(golden, 'external-storage-1.bin')), { status: 1, stdout: '' })
})
