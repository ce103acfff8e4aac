import type { SelectionInput, SelectionTerm } from '../../src/api/selection.ts'
import { mask, points, slice } from '../../src/api/selection.ts'

/** Numbers in [0, 1), the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A selection, and the numbers of its elements in C order as simple loops find them. */
export interface KnownSelection {
  input: SelectionInput
  indices: number[]
}

export function randomSelection(shape: readonly number[], random: () => number): KnownSelection {
  const total = shape.reduce((product, n) => product * n, 1)
  const below = (n: number): number => Math.floor(random() * n)
  const way = random()
  if (way < 0.1 && total > 0) {
    const values = Array.from({ length: total }, () => random() < 0.3)
    return { input: mask(values), indices: values.flatMap((wanted, i) => (wanted ? [i] : [])) }
  }
  if (way < 0.2 && total > 0 && shape.length > 0) {
    const coordinates = Array.from({ length: 1 + below(6) }, () => shape.map(below))
    return { input: points(coordinates), indices: coordinates.map((place) => indexOf(place, shape)) }
  }
  const listed = below(shape.length)
  const axes = shape.map((size, axis) => randomTerm(size, axis === listed, random))
  // Axes at the end that are taken whole need no term.
  const input = axes.map(({ term }) => term)
  let places: number[] = [0]
  for (const [axis, { coordinates }] of axes.entries()) {
    places = places.flatMap((place) => coordinates.map((at) => place * shape[axis] + at))
  }
  return { input, indices: places }
}

function indexOf(place: readonly number[], shape: readonly number[]): number {
  return place.reduce((index, at, axis) => index * shape[axis] + at, 0)
}

function randomTerm(
  size: number,
  listed: boolean,
  random: () => number,
): { term: SelectionTerm; coordinates: number[] } {
  const below = (n: number): number => Math.floor(random() * n)
  const way = random()
  const all = Array.from({ length: size }, (_, i) => i)
  if (way < 0.3) return { term: slice(), coordinates: all }
  if (way < 0.45 && size > 0) {
    const at = below(size)
    return { term: random() < 0.5 ? at : at - size, coordinates: [at] }
  }
  if (way < 0.6 && listed) {
    const coordinates = all.filter(() => random() < 0.4)
    return { term: coordinates, coordinates }
  }
  const start = below(size + 1)
  const stop = below(size + 1)
  const step = 1 + below(4)
  const negative = start > 0 && random() < 0.2 && start < size
  return {
    term: slice(negative ? start - size : start, stop, step),
    coordinates: all.filter((i) => i >= start && i < stop && (i - start) % step === 0),
  }
}
