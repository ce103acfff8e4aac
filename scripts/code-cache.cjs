// Keeps what V8 makes of the commands, once those functions are compiled that listings and dumps need.
const { writeFileSync } = require('node:fs')
const { codeCache, loadedParts, main } = require('../packages/cli/dist/launch.cjs')

const FILE = 'golden/files/book-demo.h5'

async function keep() {
  await main('h5ls', ['-v', FILE])
  await main('h5dump', [FILE])
  for (const [file, { script }] of loadedParts) writeFileSync(codeCache(file), script.createCachedData())
}

keep()
