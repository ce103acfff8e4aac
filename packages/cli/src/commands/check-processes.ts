import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { CheckCommandOptions } from '../options/check.ts'
import { limitArguments } from '../options/check.ts'
import type { FileFacts } from '../render/check.ts'

/** Results in the order of the files, each of which one of several processes checks. */
export async function* checkInProcesses(
  options: CheckCommandOptions,
  files: Iterable<string>,
): AsyncGenerator<FileFacts> {
  const workers: Worker[] = []
  const names = files[Symbol.iterator]()
  const waiting: Promise<FileFacts>[] = []
  try {
    const start = (): boolean => {
      const next = names.next()
      if (next.done === true) return false
      const idle = workers.find((worker) => worker.idle)
      const worker = idle ?? new Worker(options)
      if (idle === undefined) workers.push(worker)
      waiting.push(worker.check(next.value))
      return true
    }
    for (let i = 0; i < options.jobs && start(); i++);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const result = await next
      yield result
      for (let free = options.jobs - busy(workers); free > 0 && start(); free--);
    }
  } finally {
    for (const worker of workers) worker.stop()
  }
}

function busy(workers: readonly Worker[]): number {
  return workers.filter((worker) => !worker.idle).length
}

/** A process of this command that reads names of files and writes a line for each. */
class Worker {
  idle = true
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>

  constructor({ data, policy, limits }: CheckCommandOptions) {
    const options = [...(data ? ['--data'] : []), `--policy=${policy}`, ...limitArguments(limits)]
    options.push('--keep-going', '--ndjson', '--files-from=-')
    const script = process.argv[1]
    const child = spawn(process.execPath, [script, 'check', ...options], { stdio: ['pipe', 'pipe', 'ignore'] })
    this.#process = child
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  }

  async check(file: string): Promise<FileFacts> {
    this.idle = false
    this.#process.stdin?.write(`${file}\n`)
    const next = await this.#lines.next()
    this.idle = true
    // A process that ended before it answered leaves no line.
    if (next.done === true) return { file, sound: false, error: 'the process that checked it ended' }
    const facts: FileFacts = JSON.parse(next.value)
    return facts
  }

  stop(): void {
    this.#process.stdin?.end()
    this.#process.kill()
  }
}
