/** `NAME=value` texts, as Docker and /proc have them, by name. */
export function environmentOf(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.filter(text => text.includes('=')).map(text => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]))
}
