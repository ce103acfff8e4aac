const OPTION = '--filter-module'

/** A command line without the modules that it names. */
export interface FilterModules {
  argv: string[]
  /** Files or package names, in the order given. */
  modules: string[]
  /** The option stands at the end and names nothing. */
  incomplete: boolean
}

/** Takes each `--filter-module FILE` and `--filter-module=FILE` out of a tool's arguments; after `--` there are none. */
export function takeFilterModules(argv: readonly string[]): FilterModules {
  const rest: string[] = []
  const modules: string[] = []
  let incomplete = false
  for (let i = 0; i < argv.length; i++) {
    if (argv[i] === '--') {
      rest.push(...argv.slice(i))
      break
    }
    if (argv[i].startsWith(`${OPTION}=`)) modules.push(argv[i].slice(OPTION.length + 1))
    else if (argv[i] !== OPTION) rest.push(argv[i])
    else if (i + 1 < argv.length) modules.push(argv[++i])
    else incomplete = true
  }
  return { argv: rest, modules, incomplete: incomplete || modules.includes('') }
}
