// Keeps what V8 makes of the commands, once those functions are compiled that listings, dumps, small edits and copies of
// whole files need.
const { copyFileSync, mkdtempSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { codeCache, loadedFiles, main } = require('../packages/cli/dist/launch.cjs')

// V8 takes what is kept only with the settings that it was made with, and those that it starts with are the ones that
// count: commands change some of them when they are loaded.
require('node:v8').setFlagsFromString = () => {}

const FILE = 'golden/files/book-demo.h5'

async function keep() {
  await main('h5ls', ['-v', FILE])
  await main('h5dump', [FILE])
  const folder = mkdtempSync(join(tmpdir(), 'h5kit-build-'))
  const edited = join(folder, 'edited.h5')
  copyFileSync(FILE, edited)
  await main('h5attr', ['set', edited, 'name', '1'])
  writeCaches()
  // What repacking alone needs of the other parts would only make these longer to load.
  await main('h5repack', [FILE, join(folder, 'repacked.h5')])
  writeCaches()
  rmSync(folder, { recursive: true })
}

const written = new Set()

function writeCaches() {
  for (const [file, script] of loadedFiles) {
    if (!written.has(file)) writeFileSync(codeCache(file), script.createCachedData())
    written.add(file)
  }
}

keep()
