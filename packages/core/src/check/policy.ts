/** What a file may be like at most. Files of strangers get lower limits than one's own. */
export interface FileLimits {
  /** Bytes of one structure of metadata: an object header with its messages, a heap's block, a heap collection. */
  metadataBytes: number
  /** Bytes of the elements of one dataset. */
  datasetBytes: number
  /** Groups within groups. */
  depth: number
  /** Of one dataset. */
  chunks: number
  /** Of the whole file. */
  objects: number
  /** Whether links may lead to other files. */
  externalLinks: boolean
  /** Whether elements may be in other files or datasets: external storage and virtual datasets. */
  otherStorage: boolean
}

export type PolicyName = 'default' | 'strict'

/** What no policy lets pass keeps a check finite; what only the strict one refuses may be meant so. */
export const POLICIES: Readonly<Record<PolicyName, FileLimits>> = {
  default: {
    metadataBytes: 64 << 20,
    datasetBytes: Number.POSITIVE_INFINITY,
    depth: 1_000,
    chunks: Number.POSITIVE_INFINITY,
    objects: Number.POSITIVE_INFINITY,
    externalLinks: true,
    otherStorage: true,
  },
  strict: {
    metadataBytes: 1 << 20,
    datasetBytes: 1 << 30,
    depth: 32,
    chunks: 1 << 20,
    objects: 1 << 20,
    externalLinks: false,
    otherStorage: false,
  },
}
