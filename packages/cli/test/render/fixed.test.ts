import test from 'ava'
import { fixed } from '../../src/render/number/fixed.ts'

// As printf("%.2f") of the GNU C library prints them.
const CASES: [number, string][] = [
  [0, '0.00'],
  [100, '100.00'],
  [64, '64.00'],
  [0.125, '0.12'],
  [0.375, '0.38'],
  [0.625, '0.62'],
  [2.675, '2.67'],
  [33.333_333_333_333_336, '33.33'],
  [1234.005, '1234.01'],
  [9_007_199_254_740_991, '9007199254740991.00'],
  [1e22, '10000000000000000000000.00'],
]

test('numbers with two decimals come as from C, ties to the even digit', (t) => {
  for (const [value, text] of CASES) t.is(fixed(value, 2), text)
})
