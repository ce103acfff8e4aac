// Keeps what V8 makes of the commands, once those functions are compiled that a listing needs.
const { writeFileSync } = require('node:fs')
const { CODE_CACHE, load } = require('../packages/cli/dist/launch.cjs')

const { main, script } = load()
main('h5ls', ['-v', 'golden/files/book-demo.h5']).then(() => writeFileSync(CODE_CACHE, script.createCachedData()))
