/** Names of the filters that the C library has itself, by their registered numbers. Files need not have them. */
export const LIBRARY_FILTERS: Readonly<Record<number, string | undefined>> = {
  1: 'deflate',
  2: 'shuffle',
  3: 'fletcher32',
  4: 'szip',
  5: 'nbit',
  6: 'scaleoffset',
}
