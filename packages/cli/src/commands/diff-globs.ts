/** What tells whether a pattern is one that a name matches: `*` stands for all but slashes, `**` for anything, `?` for one. */
export function matchesGlob(name: string): (pattern: string) => boolean {
  return (pattern) => globExpression(pattern).test(name)
}

function globExpression(pattern: string): RegExp {
  const source = pattern.replace(/\*\*|[*?]|[\\^$.|+()[\]{}]/g, (each) => {
    if (each === '**') return '.*'
    if (each === '*') return '[^/]*'
    return each === '?' ? '[^/]' : `\\${each}`
  })
  return new RegExp(`^${source}$`, 'su')
}
