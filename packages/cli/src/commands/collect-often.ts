/** Objects for which memory matters more than the time that it takes to load what is needed for that. */
export const MANY_OBJECTS = 20_000

/** What objects leave behind is collected before there is as much of it as of themselves. */
export function collectOften(): void {
  const { setFlagsFromString } = process.getBuiltinModule('node:v8')
  setFlagsFromString('--heap-growing-percent=50')
}
