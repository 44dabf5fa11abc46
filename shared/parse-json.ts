/**
 * Parses JSON that will be written again. A number such as 1e999 would become infinite, and `null` when it is written.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) throw new SyntaxError('a number in it is too large')
    return value
  })
}
