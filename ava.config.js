// Processes rather than worker threads: the tests start commands and change nothing of their own process.
export default {
  files: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  workerThreads: false,
  timeout: '5m',
}
