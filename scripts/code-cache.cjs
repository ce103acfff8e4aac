// Keeps what V8 makes of the commands, once those functions are compiled that some tools need: `shared` are those of
// listings, dumps, small edits and new files, and other tools have their own.
const { copyFileSync, mkdtempSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { codeCache, loadedFiles, main } = require('../packages/cli/dist/launch.cjs')

// V8 takes what is kept only with the settings that it was made with, and those that it starts with are the ones that
// count: commands change some of them when they are loaded.
require('node:v8').setFlagsFromString = () => {}

const FILE = 'golden/files/book-demo.h5'
const CHUNKED = 'golden/files/chunk-indexes-old.h5'

const runs = {
  async shared(folder) {
    await main('h5ls', ['-v', FILE])
    await main('h5dump', [FILE])
    const edited = join(folder, 'edited.h5')
    copyFileSync(FILE, edited)
    await main('h5attr', ['set', edited, 'name', '1'])
    await main('h5mkgrp', [join(folder, 'made.h5'), 'group'])
  },
  async h5repack(folder) {
    for (const file of [FILE, CHUNKED]) await main('h5repack', [file, join(folder, 'repacked.h5')])
  },
}

async function keep(kept) {
  const folder = mkdtempSync(join(tmpdir(), 'h5kit-build-'))
  await runs[kept](folder)
  for (const [file, script] of loadedFiles) writeFileSync(codeCache(file, kept), script.createCachedData())
  rmSync(folder, { recursive: true })
}

keep(process.argv[2])
