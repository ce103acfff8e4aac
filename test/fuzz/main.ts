// Changes files as someone would who knows the format, and looks at each with everything that reads.
//
//   node --import tsx test/fuzz/main.ts [--files 20000] [--seed 1] [--only NAME] [--jobs 2] [--tools 1] [--keep FOLDER]
//   node --import tsx test/fuzz/main.ts --only links-dense.h5 --seed 17 --files 1 --keep .
//
// Nothing but an error of the engine's own may come of it, within two seconds and 256 MB for a file. What was found is
// printed, with the name and the seed that make the same file again; the status is 1 then. --keep writes it down.
// With --tools N only each Nth file is given to the commands, and the others are gone through by the engine alone.
import { fork } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openBytes } from '../../packages/core/src/index.ts'
import { anatomy, seeded } from '../../packages/core/test/support/damage.ts'
import { COMMANDS, examine } from './examine.ts'
import { mutate } from './mutate.ts'

const golden = fileURLToPath(new URL('../../golden/files', import.meta.url))

/** Larger files take long and have nothing more to change. */
const LARGEST = 40_000

/** Bytes that the process may come to take beyond what it took before the file. */
const MOST_MEMORY = 256 << 20

/** Without a word for so long, a file hangs. */
const SILENCE = 60_000

/** Originals that a process takes before another one takes over. */
const ORIGINALS_EACH = 16

/** The files that can be changed. */
export function originals(): string[] {
  return readdirSync(golden).filter((name) => {
    const bytes = readFileSync(join(golden, name))
    if (bytes.length > LARGEST) return false
    try {
      openBytes(new Uint8Array(bytes))
      return true
    } catch {
      return false
    }
  })
}

/** What a process that examines files is told, and what it says of each step. */
interface Task {
  names: readonly string[]
  /** The first and how many: the same of each original. */
  seed: number
  count: number
  /** Files to pass over: those that a process before this one has been through. */
  done: number
  /** Every so many files are given to the commands too. */
  tools: number
  keep: string | undefined
}
type Word = { done: number; step: string } | { done: number; found: string[]; changes: string[] }

/** Examines files made from some originals, one after the other. */
async function work({ names, seed, count, done, tools, keep }: Task): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'h5kit-fuzz-'))
  const say = (word: Word): void => {
    process.send?.(word)
  }
  let number = 0
  try {
    // What is loaded and compiled first is not the files' fault.
    await examine(new Uint8Array(readFileSync(join(golden, names[0]))), folder, COMMANDS)
    for (const name of names) {
      const bytes = new Uint8Array(readFileSync(join(golden, name)))
      const parts = number + count > done ? anatomy(bytes) : { fields: [], checksummed: [] }
      for (let at = seed; at < seed + count; at++, number++) {
        if (number < done) continue
        const { bytes: changed, changes } = mutate(bytes, parts, seeded(at * 7919 + 1))
        if (keep !== undefined && count === 1) writeFileSync(join(keep, `${at}-${name}`), changed)
        const before = memoryFromHere()
        const commands = at % tools === 0 ? COMMANDS : []
        const found = await examine(changed, folder, commands, (step) => say({ done: number, step }))
        const more = mostMemory() - before
        if (more > MOST_MEMORY) found.push(`took ${Math.round(more / 2 ** 20)} MB`)
        if (found.length > 0 && keep !== undefined) writeFileSync(join(keep, `${at}-${name}`), changed)
        if (found.length > 0) say({ done: number, found, changes })
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Bytes that the process takes now; where the system can do that, those that it took before are forgotten. */
function memoryFromHere(): number {
  try {
    writeFileSync('/proc/self/clear_refs', '5')
  } catch {
    return mostMemory()
  }
  return process.memoryUsage.rss()
}

/** Bytes that the process has taken at most. */
function mostMemory(): number {
  try {
    const line = /VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))
    if (line !== null) return Number(line[1]) * 1024
  } catch {
    // Only Linux tells it there.
  }
  return process.resourceUsage().maxRSS * 1024
}

/** Runs a task in a process of its own; a file on which that ends or says nothing more is passed over. */
async function supervise(
  task: Task,
  report: (number: number, found: string[], changes: string[]) => void,
): Promise<void> {
  let done = 0
  while (done < task.names.length * task.count) {
    let last: { done: number; step: string } = { done, step: 'start' }
    const child = fork(fileURLToPath(import.meta.url), [], {
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, H5KIT_FUZZ_TASK: JSON.stringify({ ...task, done }) },
    })
    const failed = await new Promise<string | undefined>((resolve) => {
      let timer = setTimeout(() => {}, 0)
      const wait = (): void => {
        clearTimeout(timer)
        timer = setTimeout(() => {
          child.kill('SIGKILL')
          resolve(`${last.step}: nothing after ${SILENCE} ms`)
        }, SILENCE)
      }
      wait()
      child.on('message', (word: Word) => {
        wait()
        if ('step' in word) last = word
        else report(word.done, word.found, word.changes)
      })
      child.on('exit', (code, signal) => {
        clearTimeout(timer)
        resolve(code === 0 ? undefined : `${last.step}: ended with ${signal ?? code}`)
      })
    })
    if (failed === undefined) return
    report(last.done, [failed], [])
    done = last.done + 1
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      files: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      jobs: { type: 'string', default: '2' },
      tools: { type: 'string', default: '1' },
      keep: { type: 'string' },
    },
  })
  const names = originals().filter((name) => values.only === undefined || name === values.only)
  const count = Math.ceil(Number(values.files) / names.length)
  const seed = Number(values.seed)
  const shared = { seed, count, done: 0, tools: Number(values.tools), keep: values.keep }
  const waiting: Task[] = []
  for (let i = 0; i < names.length; i += ORIGINALS_EACH) {
    waiting.push({ names: names.slice(i, i + ORIGINALS_EACH), ...shared })
  }
  let findings = 0
  const worker = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const { names } = task
      await supervise(task, (number, found, changes) => {
        findings++
        const name = names[Math.floor(number / count)]
        console.log(`${name} seed ${seed + (number % count)}\n  ${[...changes, ...found].join('\n  ')}`)
      })
    }
  }
  await Promise.all(Array.from({ length: Number(values.jobs) }, worker))
  const last = seed + count - 1
  console.log(`${names.length * count} files (seeds ${seed} to ${last} of ${names.length}): ${findings} ended badly`)
  process.exitCode = findings > 0 ? 1 : 0
}

const task = process.env.H5KIT_FUZZ_TASK
if (task === undefined) await main()
else await work(JSON.parse(task) as Task)
