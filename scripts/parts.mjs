import path from 'node:path'

/** Parts that several tools share and that are no larger are not worth a file of their own. */
const SMALL = 4096

/**
 * The files that the commands are kept in, from what esbuild made of them. A part goes to the file of
 *
 * - the entry, where most tools load it, or where several do and it is small,
 * - the largest part that about as many tools load, where at least a third does: the code that writes,
 * - its own otherwise.
 *
 * Each file is an object of its parts by name; in that of the entry, a string says which other file a part is in.
 */
export function partFiles({ outputs }, texts, entry) {
  const importsOf = (part, kind) => outputs[part].imports.filter((each) => each.kind === kind && each.path in outputs)
  const loaded = new Map(Object.keys(outputs).map((part) => [part, 0]))
  const starts = new Set([entry, ...importsOf(entry, 'dynamic-import').map((each) => each.path)])
  for (const start of starts) {
    const closure = new Set([start])
    for (const part of closure) for (const each of importsOf(part, 'import-statement')) closure.add(each.path)
    for (const part of closure) loaded.set(part, loaded.get(part) + 1)
  }
  const most = starts.size / 2
  const shared = [...loaded].filter(([part, count]) => !starts.has(part) && count > starts.size / 3 && count <= most)
  const [second] = shared.map(([part]) => part).sort((a, b) => outputs[b].bytes - outputs[a].bytes)

  function fileOf(part) {
    const count = loaded.get(part)
    if (part === entry || count > most || (count > 1 && outputs[part].bytes <= SMALL)) return entry
    return shared.some(([each]) => each === part) ? second : part
  }

  const files = new Map()
  const index = []
  for (const { path: absolute, text } of texts) {
    const part = path.relative('.', absolute).replaceAll(path.sep, '/')
    const file = fileOf(part)
    if (!files.has(file)) files.set(file, [])
    files.get(file).push(`${JSON.stringify(nameOf(part))}:${asFunction(text)}`)
    if (file !== entry && file !== part) index.push(`${JSON.stringify(nameOf(part))}:${JSON.stringify(nameOf(file))}`)
  }
  files.get(entry).push(...index)
  return [...files].map(([file, parts]) => ({ file, text: `({${parts.join(',\n')}})` }))
}

function nameOf(part) {
  return `./${path.posix.basename(part)}`
}

/**
 * A part as the body of a function of what it exports, what gives it other modules, and what it is. V8 can keep the
 * compiled code of a script, but not that of a module. Exports are constants once a part is evaluated.
 */
function asFunction(text) {
  const names = (list) => list.replace(/([\w$]+) as ([\w$]+)/g, '$1:$2')
  const body = text
    .replace(/\bimport\{([^}]*)\}from("[^"]+");/g, (_, list, from) => `const{${names(list)}}=require(${from});`)
    .replace(/\bimport\*as ([\w$]+) from("[^"]+");/g, 'const $1=require($2);')
    .replace(/\bimport ([\w$]+) from("[^"]+");/g, 'const $1=require($2);')
    .replace(/\bimport("[^"]+");/g, 'require($1);')
    .replace(/\bimport\(("\.\/[^"]+")\)/g, 'Promise.resolve().then(()=>require($1))')
    .replace(
      /\bexport\{([^}]*)\};\s*$/,
      (_, list) => `Object.assign(exports,{${list.replace(/([\w$]+) as ([\w$]+)/g, '$2:$1')}})`,
    )
  if (/\b(import|export)\s*[{*]/.test(body)) throw new Error('a part with an import that is not understood')
  return `function(exports,require,part){"use strict";${body}\n}`
}
