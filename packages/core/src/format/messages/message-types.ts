/** Numbers of the header message types (IV.A.2). */
export const NIL = 0x00
export const DATASPACE = 0x01
export const LINK_INFO = 0x02
export const DATATYPE = 0x03
export const OLD_FILL_VALUE = 0x04
export const FILL_VALUE = 0x05
export const LINK = 0x06
export const EXTERNAL_DATA_FILES = 0x07
export const DATA_LAYOUT = 0x08
export const BOGUS = 0x09
export const GROUP_INFO = 0x0a
export const FILTER_PIPELINE = 0x0b
export const ATTRIBUTE = 0x0c
export const OBJECT_COMMENT = 0x0d
export const OLD_MODIFICATION_TIME = 0x0e
export const SHARED_MESSAGE_TABLE = 0x0f
export const CONTINUATION = 0x10
export const SYMBOL_TABLE = 0x11
export const MODIFICATION_TIME = 0x12
export const B_TREE_K = 0x13
export const DRIVER_INFO = 0x14
export const ATTRIBUTE_INFO = 0x15
export const REFERENCE_COUNT = 0x16
export const FILE_SPACE_INFO = 0x17
export const METADATA_CACHE_IMAGE = 0x18

const NAMES = [
  'NIL',
  'Dataspace',
  'Link Info',
  'Datatype',
  'Fill Value (old)',
  'Fill Value',
  'Link',
  'External Data Files',
  'Data Layout',
  'Bogus',
  'Group Info',
  'Filter Pipeline',
  'Attribute',
  'Object Comment',
  'Object Modification Time (Old)',
  'Shared Message Table',
  'Object Header Continuation',
  'Symbol Table',
  'Object Modification Time',
  'B-tree ‘K’ Values',
  'Driver Info',
  'Attribute Info',
  'Object Reference Count',
  'File Space Info',
  'Metadata Cache Image',
]

/** The specification's name of a message type; undefined for a number that it does not give. */
export function messageTypeName(type: number): string | undefined {
  return NAMES[type]
}

/** Whether a file may hold messages of this type. The bogus message is there to be unknown. */
export function isKnownMessage(type: number): boolean {
  return type < NAMES.length && type !== BOGUS
}
