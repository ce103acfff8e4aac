// Runs tools one after the other in one process: each message is a command, each answer its status and what it said on
// stderr. The check of repacked files runs thousands of commands, most of which take less time than starting Node does.
const { main } = require('../../packages/cli/dist/launch.cjs')

process.on('message', async ({ tool, argv, cwd }) => {
  process.chdir(cwd)
  const write = process.stderr.write
  let text = ''
  process.stderr.write = (said) => {
    text += said
    return true
  }
  process.exitCode = 0
  await main(tool, argv)
  process.stderr.write = write
  process.send({ status: process.exitCode, text })
})
