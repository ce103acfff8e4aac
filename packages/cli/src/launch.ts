import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { constants, Script } from 'node:vm'

/** Runs a tool by its name and ends the process with its status. */
type Main = (tool: string, argv: string[]) => Promise<void>

/** A part of the commands: a function of what it exports, what gives it other modules, and what it is. */
type Part = (exports: object, require: (name: string) => unknown, part: { readonly url: string }) => void

/** The compiled part of each file that was loaded. */
const scripts = new Map<string, { script: Script; exports: object }>()

export const loadedParts: ReadonlyMap<string, { script: Script }> = scripts

/** Where what V8 made of a part is kept. */
export function codeCache(file: string): string {
  return `${file}.cache`
}

/**
 * Loads a part. Compiling is most of what a small task takes, so the build keeps what V8 made of it; where that is
 * missing or of another Node, it is compiled as ever.
 */
function load(name: string): object {
  const file = join(__dirname, name)
  const loaded = scripts.get(file)
  if (loaded !== undefined) return loaded.exports
  const cache = codeCache(file)
  // Parts are ASCII, which is read the fastest as Latin 1.
  const script = new Script(readFileSync(file, 'latin1'), {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(existsSync(cache) ? { cachedData: readFileSync(cache) } : {}),
  })
  const exports = {}
  scripts.set(file, { script, exports })
  const part: Part = script.runInThisContext()
  part(exports, (wanted) => (wanted.startsWith('./') ? load(wanted) : require(wanted)), {
    get url() {
      return pathToFileURL(file).href
    },
  })
  return exports
}

export const main: Main = (tool, argv) => (load('h5.js') as { main: Main }).main(tool, argv)
