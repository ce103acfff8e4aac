import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * The licences of the packages whose code is in a bundle, which ask to go along with it.
 *
 * @param metafiles what esbuild tells of each bundle
 */
export function bundledLicenses(metafiles) {
  const folders = new Set()
  for (const { outputs } of metafiles) {
    for (const { inputs } of Object.values(outputs)) {
      for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
        const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0]
        if (folder !== undefined && bytesInOutput > 0) folders.add(folder)
      }
    }
  }
  const licenses = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
    if (file === undefined) throw new Error(`${name} has no text of its licence`)
    return {
      name,
      text: `${name} ${version} (${license})\n\n${readFileSync(path.join(folder, file), 'utf8').trim()}\n`,
    }
  })
  licenses.sort((a, b) => (a.name < b.name ? -1 : 1))
  return `The commands contain code of the packages below.\n\n${licenses.map(({ text }) => text).join(`\n${'-'.repeat(80)}\n\n`)}`
}
