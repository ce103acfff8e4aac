import { existsSync, readFileSync } from 'node:fs'
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

/** What V8 made is kept for most tools together, and apart for those that need much else: the others load sooner without. */
export const KEPT: readonly string[] = ['shared', 'h5repack']

/** What is kept for a tool. */
export function keptFor(tool: string, argv: readonly string[]): string {
  const name = tool === 'h5' ? `h5${argv[0]}` : tool
  return KEPT.includes(name) ? name : 'shared'
}

/** Where what V8 made of a file is kept. */
export function codeCache(file: string, kept: string): string {
  return `${file}.${kept}.cache`
}

/**
 * Reads a file of parts, and its cache, into memory that is soon given back: from then on glibc keeps pieces as large for
 * the next who asks, which are V8's compilations, instead of having the system map and clear them each time.
 *
 * Compiling is most of what a small task takes, so the build keeps what V8 made of it; where that is missing or of
 * another Node, it is compiled as ever.
 */
function readParts(name: string, kept: string): void {
  const file = join(__dirname, name)
  const cache = codeCache(file, kept)
  // The parts are ASCII, which is read the fastest as Latin 1.
  const script = new Script(readFileSync(file, 'latin1'), {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(existsSync(cache) ? { cachedData: readFileSync(cache) } : {}),
  })
  scripts.set(file, script)
  Object.assign(parts, script.runInThisContext())
}

function load(name: string, kept: string): object {
  const known = loaded.get(name)
  if (known !== undefined) return known
  if (typeof parts[name] !== 'function') readParts(parts[name] ?? name, kept)
  const part = parts[name]
  if (typeof part !== 'function') throw new Error(`the installation is incomplete: there is no ${name}`)
  const exports = {}
  loaded.set(name, exports)
  part(exports, (wanted) => (wanted.startsWith('./') ? load(wanted, kept) : require(wanted)), {
    get url() {
      return pathToFileURL(join(__dirname, name)).href
    },
  })
  return exports
}

export const main: Main = (tool, argv) => (load('./h5.js', keptFor(tool, argv)) as { main: Main }).main(tool, argv)
