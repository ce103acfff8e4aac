import { existsSync, realpathSync } from 'node:fs'
import { FileLock, lockingAskedFor } from '@h5kit/core/node'

/**
 * Keeps others from changing a file that another one is about to replace: what they changed would be lost with it. Apart
 * from those who ask for it, as most new files replace none.
 *
 * @returns undefined where there is no file, or nothing is locked
 * @throws IoError where somebody has it open
 */
export function lockReplaced(path: string): FileLock | undefined {
  return existsSync(path) ? FileLock.take(realpathSync(path), lockingAskedFor()) : undefined
}
