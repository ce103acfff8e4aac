/// <reference lib="esnext.disposable" preserve="true" />
export { Attribute } from './api/attribute.ts'
export { checkSource } from './api/check-source.ts'
export type { OpenOptions } from './api/context.ts'
export type { CopyObjectOptions } from './api/copy.ts'
export { copyLink, copyObject } from './api/copy.ts'
export { createBytes } from './api/create-bytes.ts'
export { Dataset } from './api/dataset.ts'
export type { DatasetChange, NewLayout } from './api/dataset-change.ts'
export { completeChange } from './api/dataset-change.ts'
export { File } from './api/file.ts'
export type { FoundAttribute, RepackOptions } from './api/file-repack.ts'
export { FileRepack } from './api/file-repack.ts'
export type { Recovery } from './api/file-rescue.ts'
export { recoverObjects } from './api/file-rescue.ts'
export { downgradeDataset, downgradeFile } from './api/format-conversion.ts'
export { Group } from './api/group.ts'
export type { DatasetOptions, TypeInput } from './api/new-dataset.ts'
export type { FileTarget, NewFileOptions } from './api/new-file.ts'
export { NewFile } from './api/new-file.ts'
export type { FilterOptions } from './api/new-filters.ts'
export type { GroupOptions, NewObject } from './api/new-group.ts'
export { NewGroup } from './api/new-group.ts'
export { NewDataset, NewType } from './api/new-objects.ts'
export type { ArrayData } from './api/new-values.ts'
export type { H5Object } from './api/objects.ts'
export { NamedDatatype } from './api/objects.ts'
export { openBytes, openSource } from './api/open-source.ts'
export type { ReadOptions } from './api/read-values.ts'
export type { Mask, SelectionInput, SelectionTerm, Slice, Union } from './api/selection.ts'
export { hyperslab, mask, points, slice, union } from './api/selection.ts'
export type { CheckOptions, CheckReport } from './check/check-file.ts'
export type { Account, Extent, ExtentKind, ExtentOwner } from './check/extents.ts'
export type { Finding, Severity } from './check/finding.ts'
export type { FileLimits, PolicyName } from './check/policy.ts'
export { POLICIES } from './check/policy.ts'
export type { ConversionOptions } from './datatype/conversion/convert.ts'
export { convert, converter } from './datatype/conversion/convert.ts'
export { encodedTypeSize } from './datatype/encoded-size.ts'
export { sameType, typeLabel } from './datatype/equality.ts'
export { bitsOf, decodeFloat, littleEndian, nativeFloat } from './datatype/float.ts'
export { inMemory } from './datatype/in-memory.ts'
export { nativeType } from './datatype/native-type.ts'
export type { SequenceSource, SequenceTarget } from './datatype/sequences.ts'
export { MemorySequences } from './datatype/sequences.ts'
export { parseType } from './datatype/type-text.ts'
export * from './datatype/types.ts'
export { decodeColumns, decodeValues } from './datatype/value/decode.ts'
export { encodeValues } from './datatype/value/encode.ts'
export type {
  Columns,
  Complex,
  TypedNumbers,
  Value,
  ValueOptions,
  ValueSource,
  Values,
} from './datatype/values.ts'
export type { ErrorKind } from './errors.ts'
export {
  FilterError,
  FormatError,
  Hdf5Error,
  IoError,
  LimitError,
  NotFoundError,
  SelectionError,
  TypeMismatchError,
  UnreachableError,
  UnsupportedError,
  WriteError,
} from './errors.ts'
export { LIBRARY_FILTERS } from './filters/library-filters.ts'
export type { EncodedChunk, Filter, FilterStep } from './filters/pipeline.ts'
export { registerFilter } from './filters/registry.ts'
export type { ChunkEntry } from './format/b-tree-v1.ts'
export type { HyperslabDimension, Selection } from './format/dataspace-selection.ts'
export type { DataLayout } from './format/messages/data-layout.ts'
export type { Dataspace } from './format/messages/dataspace.ts'
export type { Datatype } from './format/messages/datatype.ts'
export type { FillValue } from './format/messages/fill-value.ts'
export type { Reference } from './format/reference.ts'
export type { Superblock } from './format/superblock.ts'
export { isHdf5 } from './format/superblock.ts'
export type { VirtualMapping } from './format/virtual-mapping.ts'
export { BufferSource } from './io/buffer-source.ts'
export type { ByteSink } from './io/byte-sink.ts'
export type { ByteSource } from './io/byte-source.ts'
export { copyRange } from './io/copy-range.ts'
export type { ByteRange, FetchingSource } from './io/pending.ts'
export { Pending, resume, together } from './io/pending.ts'
export type { FetchRange, RemoteOptions } from './io/remote-source.ts'
export { RemoteSource } from './io/remote-source.ts'
export { UNDEFINED } from './io/structure.ts'
export { compareText, decodeText, encodeText } from './io/text.ts'
export type { FileSettings } from './objects/file-settings.ts'
export type { IndexOrder, Link } from './objects/links.ts'
export type { ExtentUse, StorageExtent } from './objects/storage-extents.ts'
export type { FileSizes, HeaderSpace, ObjectSizes } from './objects/storage-sizes.ts'
export type { VisitedLink } from './objects/visit.ts'
export type { ExternalFileSegment } from './storage/external-data.ts'
export type { Slab } from './storage/slabs.ts'
export type { ElementBytes } from './write/element-bytes.ts'
export type { FileSpaceChoice } from './write/file-options.ts'
export type { FileParts } from './write/file-parts.ts'
export type { LibraryVersion } from './write/version-bounds.ts'
