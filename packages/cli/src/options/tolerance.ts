/** When two numbers count as different. */
export type Tolerance =
  /**
   * Bit by bit, or with `epsilon` where they are apart by the machine's; `nans` counts all NaNs as one. `judgesAll`
   * looks at those with the same bits too: infinities are not near one another.
   */
  | { kind: 'exact'; epsilon: boolean; nans: boolean; judgesAll?: boolean }
  /** More than so much apart. */
  | { kind: 'delta'; delta: number; nans: boolean }
  /** Apart by more than so much of the first one. */
  | { kind: 'relative'; relative: number; nans: boolean }
  /** NumPy's isclose: apart by more than atol + rtol × |second|; a NaN is close to none, or with `nanEqual` to a NaN. */
  | { kind: 'close'; rtol: number; atol: number; nanEqual: boolean }

/** Whether elements whose bytes are the same can be different all the same. */
export function tellsSameApart(tolerance: Tolerance): boolean {
  if (tolerance.kind === 'exact') return tolerance.judgesAll === true
  return tolerance.kind === 'close' && !tolerance.nanEqual
}
