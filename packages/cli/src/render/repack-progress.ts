import { now } from '../system.ts'

/** Nothing is shown of work that is done sooner, in milliseconds. */
const SOON = 1_000
/** Between two looks, in milliseconds. */
const PAUSE = 200

const MEGABYTE = 1e6

interface Listener {
  say(text: string): void
  warn(message: string): void
}

/** Says on a terminal how much was written, how fast, and how long the rest will take. */
export class RepackProgress {
  readonly #start = now()
  #total = 0
  #shown = 0
  /** Bytes of datasets that are written, and of the one that is being written. */
  #passed = 0
  #done = 0

  /** @param total bytes of elements that there are to write, as they are in memory */
  expect(total: number): void {
    this.#total = total
  }

  /** Tells of a dataset that is written, whatever was told of its parts. */
  readonly pass = (bytes: number): void => {
    this.#passed += bytes
    this.#done = this.#passed
    this.add(0)
  }

  readonly add = (bytes: number): void => {
    this.#done += bytes
    const time = now()
    if (time - this.#start < SOON || time - this.#shown < PAUSE) return
    this.#shown = time
    process.stderr.write(`\r\u001b[K${progressLine(this.#done, this.#total, (time - this.#start) / 1000)}`)
  }

  /** What else is said takes the place of the line, which comes back below. */
  between<T extends Listener>(news: T): T & { done(bytes: number): void } {
    const alone = (tell: (text: string) => void) => (text: string) => {
      this.end()
      tell(text)
    }
    return { ...news, say: alone(news.say), warn: alone(news.warn), done: this.pass }
  }

  /** Takes the line away. */
  end(): void {
    if (this.#shown > 0) process.stderr.write('\r\u001b[K')
    this.#shown = 0
  }
}

/**
 * How far the work has come. What is left is a guess where elements take another number of bytes than before.
 *
 * @param done bytes that are written
 * @param total bytes that there are
 * @param seconds that it took so far
 */
export function progressLine(done: number, total: number, seconds: number): string {
  const rate = done / seconds
  const line = `${(done / MEGABYTE).toFixed(0)} of ${(total / MEGABYTE).toFixed(0)} MB, ${(rate / MEGABYTE).toFixed(0)} MB/s`
  return done > total || rate === 0 ? line : `${line}, ${timeLeft((total - done) / rate)} left`
}

function timeLeft(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
