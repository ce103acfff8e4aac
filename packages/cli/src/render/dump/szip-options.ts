/** Bits of the options of szip. */
export const SZIP_ALLOW_K13 = 1
export const SZIP_CHIP = 2
export const SZIP_ENTROPY = 4
export const SZIP_LSB = 8
export const SZIP_MSB = 16
export const SZIP_NEAREST_NEIGHBOUR = 32
export const SZIP_RAW = 128
