/** Whether a text matches one of the patterns, in which `*` stands for any text. */
export function matchesAny(text: string, patterns: readonly string[]): boolean {
  return patterns.some(pattern => expressionOf(pattern).test(text))
}

const expressions = new Map<string, RegExp>()

/** Patterns come from settings, so there are few of them. */
function expressionOf(pattern: string): RegExp {
  let expression = expressions.get(pattern)
  if (expression === undefined) {
    expression = new RegExp(`^${pattern.split('*').map(part => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&')).join('.*')}$`, 's')
    expressions.set(pattern, expression)
  }
  return expression
}
