import { readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * For esbuild: takes what a module imports of a package's entry from the modules that define it. An entry reaches all
 * of the package, and esbuild then counts all of it as used by whoever imports anything: each tool would load the code
 * of every other. The package has no side effects, so nothing else changes.
 *
 * @param entries the entry's module by the name it is imported by
 */
export function directImports(entries) {
  const homes = Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, exportsOf(path.resolve(file))]))
  return {
    name: 'direct-imports',
    setup(build) {
      build.onLoad({ filter: /packages[/\\]cli[/\\]src[/\\].*\.ts$/ }, ({ path: file }) => ({
        loader: 'ts',
        contents: readFileSync(file, 'utf8').replace(
          /^import \{([^}]*)\} from '([^']+)'$/gm,
          (statement, list, entry) => {
            const home = homes[entry]
            if (home === undefined) return statement
            return namesIn(list)
              .map((name) => `import { ${name} } from ${JSON.stringify(homeOf(home, name, file))}`)
              .join('\n')
          },
        ),
      }))
    },
  }
}

function homeOf(home, imported, file) {
  const name = imported.replace(/ as .*/, '')
  const found = home.get(name)
  if (found === undefined) throw new Error(`${file} imports ${name}, which no module is found to define`)
  return found
}

/** What a module exports, by the module that defines it; types are left out, as they leave no code. */
function exportsOf(file) {
  const text = readFileSync(file, 'utf8')
  const homes = new Map()
  for (const [, name] of text.matchAll(/^export (?:async )?(?:function\*?|const|class) (\w+)/gm)) homes.set(name, file)
  for (const [, list, from] of text.matchAll(/^export \{([^}]*)\} from '(\.[^']+)'$/gm)) {
    for (const name of namesIn(list)) homes.set(name, path.resolve(path.dirname(file), from))
  }
  for (const [, from] of text.matchAll(/^export \* from '(\.[^']+)'$/gm)) {
    for (const [name, home] of exportsOf(path.resolve(path.dirname(file), from))) homes.set(name, home)
  }
  return homes
}

function namesIn(list) {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '))
}
