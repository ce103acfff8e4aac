/** Coordinates of points: (0,1). */
export function pointTexts(points: readonly number[], rank: number): string[] {
  return Array.from({ length: points.length / rank }, (_, i) => `(${points.slice(i * rank, (i + 1) * rank)})`)
}

/** First and last corners of blocks: (0,1)-(4,5). */
export function blockTexts(corners: readonly number[], rank: number): string[] {
  return Array.from({ length: corners.length / (2 * rank) }, (_, i) => {
    const at = 2 * rank * i
    return `(${corners.slice(at, at + rank)})-(${corners.slice(at + rank, at + 2 * rank)})`
  })
}
