import { readFileSync } from 'node:fs'
import { wrap } from 'node:module'
import { join } from 'node:path'
import { constants, Script } from 'node:vm'

/** Runs a tool by its name and ends the process with its status. */
type Main = (tool: string, argv: string[]) => Promise<void>

/** Where the bundle of the commands is, and what V8 kept of compiling it. */
const BUNDLE = join(__dirname, 'h5.cjs')
export const CODE_CACHE = join(__dirname, 'h5.cache')

/**
 * Loads the commands. Compiling them is most of what a small task takes, so the build keeps what V8 made of them; where
 * that is missing or of another Node, they are compiled as ever.
 */
export function load(): { main: Main; script: Script } {
  // The bundle is ASCII, which is read the fastest as Latin 1.
  const cachedData = codeCache()
  const script = new Script(wrap(readFileSync(BUNDLE, 'latin1')), {
    filename: BUNDLE,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData === undefined ? {} : { cachedData }),
  })
  const module = { exports: {} as { main: Main } }
  script.runInThisContext()(module.exports, require, module, BUNDLE, __dirname)
  return { main: module.exports.main, script }
}

function codeCache(): Buffer | undefined {
  try {
    return readFileSync(CODE_CACHE)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    return undefined
  }
}

export const main: Main = (tool, argv) => load().main(tool, argv)
