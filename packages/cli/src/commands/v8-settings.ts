/** Objects for which memory matters more than the time that it takes to load what is needed for that. */
export const MANY_OBJECTS = 20_000

/** Files of fewer bytes are gone through before it matters how their objects are. */
export const LARGE_FILE = 1 << 22

/** What objects leave behind is collected before there is as much of it as of themselves. */
export function collectOften(): void {
  set('--heap-growing-percent=50')
}

/**
 * For what goes through many objects once, and computes little: by the time that V8 has compiled much of it into large
 * functions the work is done, and until then it takes the processor that the work could have. Where numbers are worked
 * on for long, it pays.
 */
export function compileLittle(): void {
  set('--max-inlined-bytecode-size-cumulative=300')
}

function set(flag: string): void {
  const { setFlagsFromString } = process.getBuiltinModule('node:v8')
  setFlagsFromString(flag)
}
