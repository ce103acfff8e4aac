import type { Attribute, Dataset } from '@h5kit/core'
import type { LsOptions } from '../../options/ls.ts'
import type { Output } from '../../output.ts'

export function renderDatasetData(_dataset: Dataset, _options: LsOptions, output: Output, _failed: (what: string) => void): void {
  output.text('    Data:\n\n')
}

export function renderAttributeData(_attribute: Attribute, _options: LsOptions, output: Output, _failed: (what: string) => void): void {
  output.text('        Data:\n\n')
}
