import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Filter } from '@h5kit/core'
import { FilterError, Hdf5Error, registerFilter } from '@h5kit/core'

/**
 * Loads modules of the user's own and registers the filters that each exports as its default: one, or an array of them.
 *
 * @throws FilterError where a module cannot be loaded or exports no filter
 */
export async function loadFilterModules(files: readonly string[]): Promise<void> {
  for (const file of files) {
    try {
      const module: { default?: unknown } = await import(pathToFileURL(resolve(file)).href)
      const filters = [module.default].flat()
      for (const filter of filters) {
        if (typeof filter !== 'object' || filter === null) throw new FilterError('its default export is no filter')
        registerFilter(filter as Filter)
      }
    } catch (error) {
      const why = error instanceof Error ? error.message.split('\n', 1)[0] : String(error)
      throw new FilterError(`--filter-module ${file}: ${why}`, error instanceof Hdf5Error ? {} : { cause: error })
    }
  }
}
