import { structure, UNDEFINED } from '../../io/structure.ts'

/**
 * Where the file has an image of the library's metadata cache; only in the superblock extension. The
 * specification does not describe this message (type 0x0018).
 */
export interface MetadataCacheImage {
  version: number
  /** UNDEFINED where there is no image. */
  address: number
  /** In bytes. */
  length: number
}

export const metadataCacheImageMessage = structure<MetadataCacheImage>({
  name: 'Metadata Cache Image Message',
  spec: 'IV.A.2',
  blank: () => ({ version: 0, address: UNDEFINED, length: 0 }),
  body(io, m) {
    m.version = io.version('Version', m.version, [0])
    m.address = io.address('Address', m.address)
    m.length = io.length('Length', m.length)
  },
})
