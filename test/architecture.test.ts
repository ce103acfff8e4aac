import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'

const root = fileURLToPath(new URL('..', import.meta.url))
const core = join(root, 'packages/core/src')
const cli = join(root, 'packages/cli/src')

/** The engine's rooms from the ground up: a room imports from itself and from those before it. */
const ROOMS = [
  'errors',
  'io',
  'filters',
  'format',
  'datatype',
  'storage',
  'objects',
  'write',
  'check',
  'api',
  'index',
  'node',
]
/** The toolkit's rooms from the ground up. */
const CLI_ROOMS = [
  'system',
  'draft',
  'output',
  'options',
  'render',
  'commands',
  'tools',
  'command-list',
  'program',
  'main',
  'launch',
]

interface Source {
  path: string
  lines: string[]
  imports: { from: string; typeOnly: boolean }[]
}

function sources(folder: string): Source[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => {
      const path = join(folder, name)
      const text = readFileSync(path, 'utf8')
      const imports = [...text.matchAll(/^(?:import|export) (type )?[^'"]*?from '([^']+)'|import\('([^']+)'\)/gm)]
      const bare = [...text.matchAll(/^import '([^']+)'/gm)].map((found) => ({ from: found[1], typeOnly: false }))
      return {
        path,
        lines: text.split('\n'),
        imports: [
          ...imports.map((found) => ({ from: found[2] ?? found[3], typeOnly: found[1] !== undefined })),
          ...bare,
        ],
      }
    })
}

const engine = sources(core)
const toolkit = sources(cli)
const all = [...engine, ...toolkit]

function target(source: Source, from: string): string {
  return resolve(dirname(source.path), from)
}

function room(base: string, path: string): string {
  return relative(base, path)
    .split('/')[0]
    .replace(/(\.node)?\.ts$/, '')
}

/** What breaks the order of the rooms. */
function upward(base: string, rooms: string[], list: Source[]): string[] {
  const found: string[] = []
  for (const source of list) {
    const here = rooms.indexOf(room(base, source.path))
    if (here < 0) found.push(`${relative(root, source.path)}: a room without a place`)
    for (const { from } of source.imports) {
      if (!from.startsWith('.')) continue
      const there = rooms.indexOf(room(base, target(source, from)))
      if (there > here || there < 0) found.push(`${relative(root, source.path)} imports ${from}`)
    }
  }
  return found
}

test('dependencies of the engine point down', (t) => {
  t.deepEqual(upward(core, ROOMS, engine), [])
})

test('dependencies of the toolkit point down', (t) => {
  t.deepEqual(upward(cli, CLI_ROOMS, toolkit), [])
})

test('the toolkit sees the engine through its entries only', (t) => {
  const entries = ['@h5kit/core', '@h5kit/core/node', 'chalk', 'cli-table3', 'commander', 'get-east-asian-width']
  for (const source of toolkit) {
    for (const { from } of source.imports) {
      t.true(from.startsWith('.') || from.startsWith('node:') || entries.includes(from), `${source.path}: ${from}`)
      if (from.startsWith('.')) t.true(target(source, from).startsWith(cli), `${source.path}: ${from}`)
    }
  }
})

test('no file takes part in a cycle of imports', (t) => {
  const edges = new Map(
    all.map((source) => [
      source.path,
      source.imports
        .filter(({ from, typeOnly }) => from.startsWith('.') && !typeOnly)
        .map(({ from }) => target(source, from)),
    ]),
  )
  const done = new Set<string>()
  const walk = (path: string, trail: string[]): string[] | undefined => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path]
    if (done.has(path)) return undefined
    for (const next of edges.get(path) ?? []) {
      const cycle = walk(next, [...trail, path])
      if (cycle !== undefined) return cycle
    }
    done.add(path)
    return undefined
  }
  for (const path of edges.keys())
    t.is(
      walk(path, [])
        ?.map((file) => relative(root, file))
        .join(' -> '),
      undefined,
    )
})

test('only *.node.ts and the Node entry of the engine touch Node', (t) => {
  for (const source of engine) {
    if (/(\.node|\/node)\.ts$/.test(source.path)) continue
    for (const { from } of source.imports) {
      t.false(from.startsWith('node:') || /\.node\.ts$/.test(from), `${relative(root, source.path)} imports ${from}`)
    }
    t.notRegex(source.lines.join('\n'), /\b(process\.|Buffer\.|require\()/, relative(root, source.path))
  }
})

test('files stay short, rooms stay named for what they hold', (t) => {
  for (const { path, lines } of all) {
    t.true(lines.length <= 401, `${relative(root, path)} has ${lines.length - 1} lines`)
    t.notRegex(path, /\b(utils?|helpers?|misc|common)\b/, relative(root, path))
  }
})

test('types stay strict and no error is swallowed', (t) => {
  for (const { path, lines } of all) {
    const text = lines.join('\n')
    const name = relative(root, path)
    t.notRegex(text, /catch \{/, `${name}: a bare catch would swallow Pending`)
    t.notRegex(text, /: any\b|as any\b|<any>|@ts-(ignore|expect-error|nocheck)/, name)
    t.notRegex(text, /\b(TODO|FIXME|XXX)\b/, name)
  }
})

test('every launcher is installed with the package', (t) => {
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { bin: Record<string, string> }
  const launchers = readdirSync(join(root, 'bin')).filter((name) => !name.includes('.'))
  t.deepEqual(bin, Object.fromEntries(launchers.sort().map((name) => [name, `bin/${name}`])))
})
