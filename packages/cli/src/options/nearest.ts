/**
 * The name of a long option that is most like a wrong one, as a question; nothing where none is near.
 *
 * @param names without dashes
 */
export function nearest(wrong: string, names: readonly string[]): string {
  let best = ''
  let least = Math.max(2, Math.floor(wrong.length / 3)) + 1
  for (const name of names) {
    const distance = name.startsWith(wrong) && wrong.length > 2 ? 1 : editDistance(wrong, name, least)
    if (distance < least) {
      least = distance
      best = name
    }
  }
  return best === '' ? '' : ` (did you mean --${best}?)`
}

/** Letters to change, add or leave out to make one word of another; `limit` where there are as many or more. */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return limit
  let row = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let k = 1; k <= to.length; k++) {
      next.push(Math.min(row[k] + 1, next[k - 1] + 1, row[k - 1] + (from[i - 1] === to[k - 1] ? 0 : 1)))
    }
    row = next
  }
  return Math.min(row[to.length], limit)
}
