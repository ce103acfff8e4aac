import type { H5Object } from '@h5kit/core'
import type { Paint, Palette } from '../palette.ts'

/** How names are shown. */
export interface NameLook {
  /** Whether characters beyond ASCII stay as they are. */
  utf8: boolean
  /** Colours a name; undefined where it is not coloured. */
  paint: Paint | undefined
}

/** How the names of objects of each kind look, of links and attributes, and of what is not there. */
export type Looks = Record<H5Object['kind'] | 'link' | 'attribute' | 'missing', NameLook>

export function looksOf(palette: Palette | undefined, utf8: boolean): Looks {
  return {
    group: { utf8, paint: palette?.group },
    dataset: { utf8, paint: undefined },
    datatype: { utf8, paint: palette?.datatype },
    link: { utf8, paint: palette?.link },
    attribute: { utf8, paint: palette?.attribute },
    missing: { utf8, paint: palette?.bad },
  }
}
