import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { constants, Script } from 'node:vm'

/** Runs a tool by its name and ends the process with its status. */
type Main = (tool: string, argv: string[]) => Promise<void>

/** A part of the commands: a function of what it exports, what gives it other modules, and what it is. */
type Part = (exports: object, require: (name: string) => unknown, part: { readonly url: string }) => void

/** What a file of the commands is: parts by name, or the name of the file that a part is in. */
type Parts = Record<string, Part | string>

/** What is known of parts: the entry tells of those that share a file. */
const parts: Parts = {}

/** What the parts that were loaded export. */
const loaded = new Map<string, object>()

/** The compiled text of each file that was read. */
const scripts = new Map<string, Script>()

export const loadedFiles: ReadonlyMap<string, Script> = scripts

/** Where what V8 made of a file is kept. */
export function codeCache(file: string): string {
  return `${file}.cache`
}

/** What was read last. Memory costs more when it is touched first than what is read into it. */
let memory = Buffer.allocUnsafeSlow(1 << 19)

/** The bytes of a file, until another one is read. */
function bytesOf(file: string): Buffer {
  const descriptor = openSync(file, 'r')
  try {
    const { size } = fstatSync(descriptor)
    if (size > memory.length) memory = Buffer.allocUnsafeSlow(size)
    let length = 0
    for (let count = -1; count !== 0 && length < size; length += count) {
      count = readSync(descriptor, memory, length, size - length, length)
    }
    return memory.subarray(0, length)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Reads a file of parts. Compiling is most of what a small task takes, so the build keeps what V8 made of it; where
 * that is missing or of another Node, it is compiled as ever.
 */
function readParts(name: string): void {
  const file = join(__dirname, name)
  const cache = codeCache(file)
  // The parts are ASCII, which is read the fastest as Latin 1.
  const text = bytesOf(file).toString('latin1')
  const script = new Script(text, {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(existsSync(cache) ? { cachedData: bytesOf(cache) } : {}),
  })
  scripts.set(file, script)
  Object.assign(parts, script.runInThisContext())
}

function load(name: string): object {
  const known = loaded.get(name)
  if (known !== undefined) return known
  if (typeof parts[name] !== 'function') readParts(parts[name] ?? name)
  const part = parts[name]
  if (typeof part !== 'function') throw new Error(`the installation is incomplete: there is no ${name}`)
  const exports = {}
  loaded.set(name, exports)
  part(exports, (wanted) => (wanted.startsWith('./') ? load(wanted) : require(wanted)), {
    get url() {
      return pathToFileURL(join(__dirname, name)).href
    },
  })
  return exports
}

export const main: Main = (tool, argv) => (load('./h5.js') as { main: Main }).main(tool, argv)
