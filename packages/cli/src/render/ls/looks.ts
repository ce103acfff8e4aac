import type { H5Object } from '@h5kit/core'
import type { Paint, Palette } from '../palette.ts'

/** How names are shown. */
export interface NameLook {
  /** Whether characters beyond ASCII stay as they are. */
  utf8: boolean
  /** Columns that such a text takes; loaded where there may be any. */
  width: ((text: string) => number) | undefined
  /** Colours a name; undefined where it is not coloured. */
  paint: Paint | undefined
}

/** How the names of objects of each kind look, of links and attributes, and of what is not there. */
export type Looks = Record<H5Object['kind'] | 'link' | 'attribute' | 'missing', NameLook>

export async function looksOf(palette: Palette | undefined, utf8: boolean): Promise<Looks> {
  const width = utf8 ? (await import('../display-width.ts')).displayWidth : undefined
  const look = (paint: Paint | undefined): NameLook => ({ utf8, width, paint })
  return {
    group: look(palette?.group),
    dataset: look(undefined),
    datatype: look(palette?.datatype),
    link: look(palette?.link),
    attribute: look(palette?.attribute),
    missing: look(palette?.bad),
  }
}
