/**
 * Fields whose damage shows where two structures are compared, or makes what they lead to or measure unreadable: the
 * structures, besides their own, that the finding may be about.
 */
export const SHOWN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'Attribute Info Message': {
    'Maximum Creation Index': 'attribute-message shared-message version-2-b-tree-node',
  },
  'Attribute Message': {
    'Dataspace Size': 'dataspace-message',
    'Datatype Size': 'datatype-message shared-message',
    Flags: 'datatype-message shared-message',
  },
  'Data Layout Message': {
    Address: 'extent',
    'Data Address': 'extent',
    'Dimension #n Size': 'extent raw-data version-1-b-tree-node',
    Flags: 'raw-data',
    Index: 'global-heap',
    'Layout Class': 'dataspace-message',
  },
  'Data Block Page': {
    Elements: 'extensible-array-header extent fixed-array-header raw-data',
  },
  'Dataspace Message': {
    'Dimension #n Maximum Size': 'data-layout-message',
    Dimensionality: 'data-layout-message',
    Type: 'attribute-message',
  },
  'Datatype Message': {
    'Bit Offset': 'attribute-message',
    'Exponent Location': 'attribute-message',
    'Exponent Size': 'attribute-message',
    'Mantissa Size': 'attribute-message shared-message',
    Size: 'attribute-message data-layout-message fill-value-message fill-value-old-message global-heap',
  },
  'Extensible Array Data Block': {
    Elements: 'extensible-array-header extent raw-data',
  },
  'Extensible Array Header': {
    'Element Size': 'extensible-array-index-block',
  },
  'Extensible Array Index Block': {
    'Data Block Address': 'extensible-array-header',
    Elements: 'extensible-array-header extent raw-data',
    'Secondary Block Address': 'extensible-array-header',
  },
  'Extensible Array Secondary Block': {
    'Data Block Address': 'extensible-array-header',
  },
  'Fixed Array Data Block': {
    Elements: 'extent raw-data',
  },
  'Fixed Array Header': {
    'Entry Size': 'fixed-array-data-block',
  },
  'Fractal Heap Direct Block': {
    'Object Data': 'attribute-message link-message shared-message',
  },
  'Fractal Heap Header': {
    'Address of Root Block': 'fractal-heap-direct-block shared-message',
    'Current # of Rows in Root Indirect Block':
      'fractal-heap-direct-block fractal-heap-indirect-block raw-data shared-message',
    'Maximum Heap Size':
      'fractal-heap-direct-block fractal-heap-indirect-block free-space-manager-header shared-message',
    'v2 B-tree Address of Huge Objects': 'version-2-b-tree-node',
  },
  'Fractal Heap Indirect Block': {
    'Child Block Address': 'fractal-heap-direct-block fractal-heap-header raw-data shared-message',
    'Filter Mask for Direct Block': 'fractal-heap-direct-block',
    'Size of Filtered Direct Block': 'raw-data',
  },
  'Free-space Manager Header': {
    'Maximum Section Size': 'free-space-section-list',
    'Size of Serialized Section List Used': 'free-space-section-list',
  },
  'Free-space Section List': {
    'Number of Section Records': 'free-space-manager-header',
    'Section Record Offset': 'extent',
    'Size of Free-space Section': 'free-space-manager-header',
  },
  'Global Heap Collection': {
    'Collection Size': 'extent limit',
    'Heap Object Index': 'global-heap',
  },
  'Link Info Message': {
    'Maximum Creation Index': 'link-message',
  },
  'Link Message': {
    'Creation Order': 'version-2-b-tree-node',
    'Length of External Link Value': 'external-link-value',
    'Length of Link Name': 'external-link-value',
  },
  'Metadata Cache Image Message': {
    Address: 'superblock',
    Length: 'metadata-cache-image-block superblock',
  },
  'Object Header Continuation Block': {
    'Header Message Flags': 'object-header',
    'Header Message Creation Order': 'attribute-message',
    'Header Message Data':
      'attribute-message data-layout-message datatype-message file-space-info-message group-info-message link-info-message link-message object-header-continuation-message symbol-table-message',
    'Size of Header Message Data':
      'attribute-message file-space-info-message link-message object-header-continuation-message version-1-object-header',
  },
  'Object Header Continuation Message': {
    Length: 'limit object-header-continuation-block',
    Offset: 'attribute-message object-header-continuation-block',
  },
  'Object Reference Count Message': {
    'Reference count': 'object-header',
  },
  'Shared Message': {
    Address: 'attribute-message',
    Location: 'shared-message-record',
  },
  'Shared Message Record': {
    'Message Location': 'shared-object-header-message-table',
  },
  'Shared Message Table Message': {
    'Number of Indices': 'shared-message',
  },
  'Shared Object Header Message Table': {
    'Message Type Flags': 'shared-message',
    'Number of Messages': 'shared-message-record-list',
  },
  Superblock: {
    'Base Address':
      'data-layout-message extensible-array-index-block fixed-array-header fractal-heap-header fractal-heap-indirect-block local-heap object-header-continuation-message version-1-b-tree-node version-1-object-header version-2-b-tree-header version-2-object-header',
    'Driver Information Block Address': 'driver-information-block',
    'End of File Address':
      'data-layout-message extensible-array-index-block fractal-heap-header fractal-heap-indirect-block global-heap-collection object-header-continuation-message version-1-b-tree-node version-1-object-header',
    'Group Internal Node K': 'extent',
    'Indexed Storage Internal Node K': 'data-layout-message',
  },
  'Symbol Table Message': {
    'v1 B-tree Address': 'version-1-b-tree-node',
  },
  'Symbol Table Node': {
    'Group Entries': 'symbol-table-entry',
    'Number of Symbols': 'symbol-table-entry',
  },
  'Version 1 Object Header': {
    'Header Message Flags': 'object-header',
    'Header Message Type':
      'bogus-message dataspace-message fill-value-message fill-value-old-message link-info-message link-message object-modification-time-message',
    'Object Header Size': 'attribute-message limit shared-message',
    'Object Reference Count': 'object-header',
    'Size of Header Message Data': 'object-header-continuation-message',
    Version: 'attribute-message',
  },
  'Version 2 B-tree Header': {
    Depth: 'version-2-b-tree-node',
    'Record Size': 'version-2-b-tree-node',
  },
  'Version 2 B-tree Node': {
    Records: 'shared-message-record',
  },
  'Version 2 Object Header': {
    'Header Message Flags': 'object-header',
    Flags: 'limit',
    'Header Message Creation Order': 'attribute-message shared-message',
    'Header Message Data':
      'attribute-message data-layout-message dataspace-message datatype-message link-info-message shared-message',
    'Header Message Type':
      'bogus-message dataspace-message datatype-message external-data-files-message fill-value-message fill-value-old-message filter-pipeline-message link-message object-header',
  },
}
