/**
 * Says what is wrong with a command line; returns the status. As a command of h5 it is one of its own, so that a script
 * can tell it from what could not be done; under the reference tool's name it is that tool's.
 *
 * @param name by which the tool was called: h5ls, or h5 ls
 * @param status the reference tool's
 */
export function mistake(what: string, name: string, status: number, warn: (message: string) => void): number {
  warn(`${what}; ${name} --help tells what there is`)
  return name.startsWith('h5 ') ? 2 : status
}
