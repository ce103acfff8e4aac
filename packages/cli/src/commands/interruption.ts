import { now } from '../system.ts'

/** How a process is told to end. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** How long a signal may wait, in milliseconds. */
const PATIENCE = 50

/**
 * Tidies up before a signal ends the process. Signals come in turns that the work gives them:
 *
 *     using interruption = new Interruption(() => file.abort())
 *     for (const part of parts) {
 *       await interruption.turn()
 *       ...
 *     }
 */
export class Interruption {
  readonly #tidyUp: () => void
  #last = now()

  constructor(tidyUp: () => void) {
    this.#tidyUp = tidyUp
    for (const signal of SIGNALS) process.once(signal, this.#end)
  }

  readonly turn = (): Promise<void> | undefined => {
    if (now() - this.#last < PATIENCE) return undefined
    return new Promise((resolve) => {
      setImmediate(() => {
        this.#last = now()
        resolve()
      })
    })
  }

  readonly #end = (signal: NodeJS.Signals): void => {
    this.#tidyUp()
    this[Symbol.dispose]()
    process.kill(process.pid, signal)
  };

  [Symbol.dispose](): void {
    for (const signal of SIGNALS) process.off(signal, this.#end)
  }
}
