// Builds what is run and what is published: the commands as one bundle, and the engine as modules with their types.
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)

for (const room of ['packages/cli/dist', 'packages/core/dist']) rmSync(room, { recursive: true, force: true })

await build({
  entryPoints: ['packages/cli/src/main.ts'],
  outfile: 'packages/cli/dist/h5.cjs',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  // Where the bundle is: the module of the decoding threads is beside it.
  define: { 'import.meta.url': 'bundleUrl' },
  banner: { js: '"use strict";const bundleUrl = require("node:url").pathToFileURL(__filename).href' },
  logLevel: 'warning',
})

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

// What V8 makes of the bundle in a run of h5ls, for this version of Node.
execFileSync(process.execPath, ['scripts/code-cache.cjs'], { stdio: ['ignore', 'ignore', 'inherit'] })

// What other threads run: to decode chunks, and to print values.
await build({
  entryPoints: ['packages/core/src/filters/decode-worker.node.ts', 'packages/cli/src/render/dump/value-worker.ts'],
  entryNames: '[name]',
  outdir: 'packages/cli/dist',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
})

const typescript = createRequire(import.meta.url).resolve('typescript/package.json')
execFileSync(
  process.execPath,
  [typescript.replace(/package\.json$/, 'bin/tsc'), '-p', 'packages/core/tsconfig.build.json'],
  {
    stdio: 'inherit',
  },
)
