// Builds what is run and what is published: the commands in parts, and the engine with its types.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { directImports } from './direct-imports.mjs'
import { bundledLicenses } from './licenses.mjs'
import { partFiles } from './parts.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)

for (const room of ['packages/cli/dist', 'packages/core/dist']) rmSync(room, { recursive: true, force: true })

// The commands in parts, so that each loads little more than it needs.
const { outputFiles, metafile } = await build({
  entryPoints: { h5: 'packages/cli/src/main.ts' },
  outdir: 'packages/cli/dist',
  bundle: true,
  splitting: true,
  write: false,
  metafile: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  minify: true,
  legalComments: 'none',
  // Where the parts are: the modules of other threads are beside them.
  define: { 'import.meta.url': 'part.url' },
  logLevel: 'warning',
  plugins: [
    directImports({ '@h5kit/core': 'packages/core/src/index.ts', '@h5kit/core/node': 'packages/core/src/node.ts' }),
  ],
})
mkdirSync('packages/cli/dist')
for (const { file, text } of partFiles(metafile, outputFiles, 'packages/cli/dist/h5.js')) writeFileSync(file, text)

// What starts them.
await build({
  entryPoints: ['packages/cli/src/launch.ts'],
  outfile: 'packages/cli/dist/launch.cjs',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: 'warning',
})

// What V8 makes of the parts in runs of some tools, for this version of Node.
const { KEPT } = createRequire(import.meta.url)('../packages/cli/dist/launch.cjs')
for (const kept of KEPT) {
  execFileSync(process.execPath, ['scripts/code-cache.cjs', kept], { stdio: ['ignore', 'ignore', 'inherit'] })
}

// What other threads run: to code chunks, and to print values.
const workers = await build({
  entryPoints: ['packages/core/src/filters/coder-worker.node.ts', 'packages/cli/src/render/dump/value-worker.ts'],
  entryNames: '[name]',
  outdir: 'packages/cli/dist',
  metafile: true,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
})

writeFileSync('packages/cli/dist/LICENSES.txt', bundledLicenses([metafile, workers.metafile]))

// The engine in few files, as it takes long to load hundreds of them, and its types.
await build({
  entryPoints: {
    index: 'packages/core/src/index.ts',
    node: 'packages/core/src/node.ts',
    'coder-worker.node': 'packages/core/src/filters/coder-worker.node.ts',
  },
  outdir: 'packages/core/dist',
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'warning',
})
const typescript = createRequire(import.meta.url).resolve('typescript/package.json')
execFileSync(
  process.execPath,
  [typescript.replace(/package\.json$/, 'bin/tsc'), '-p', 'packages/core/tsconfig.build.json'],
  { stdio: 'inherit' },
)
