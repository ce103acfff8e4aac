/** Nothing is shown of work that is done sooner, in milliseconds. */
const SOON = 1_000
/** Between two looks, in milliseconds. */
const PAUSE = 200

const MEGABYTE = 1e6

/** Says on a terminal how much was written, and how fast. */
export class RepackProgress {
  readonly #start = performance.now()
  #shown = 0
  #done = 0

  readonly add = (bytes: number): void => {
    this.#done += bytes
    const now = performance.now()
    if (now - this.#start < SOON || now - this.#shown < PAUSE) return
    this.#shown = now
    const rate = this.#done / MEGABYTE / ((now - this.#start) / 1000)
    process.stderr.write(`\r${(this.#done / MEGABYTE).toFixed(0)} MB of elements written, ${rate.toFixed(0)} MB/s `)
  }

  /** Takes the line away. */
  end(): void {
    if (this.#shown > 0) process.stderr.write('\r\u001b[K')
  }
}
