import type { WriteStream } from 'node:tty'

const NARROWEST = 40

/** Columns of the terminal; COLUMNS counts where output goes elsewhere; else lines may have any length. */
export function lineWidth(stream: Pick<WriteStream, 'isTTY' | 'columns'> = process.stdout, environment: NodeJS.ProcessEnv = process.env): number {
  const width = stream.isTTY ? stream.columns : Number(environment['COLUMNS'])
  return Number.isInteger(width) && width > 0 ? Math.max(NARROWEST, width) : Infinity
}

/** Breaks at spaces, else where an id or a path has a mark, else anywhere. Nothing is left out but spaces. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let rest = text
  while (rest.length > width) {
    const at = breakOf(rest, width)
    lines.push(rest.slice(0, at).trimEnd())
    rest = rest.slice(at).trimStart()
  }
  return [...lines, rest]
}

function breakOf(text: string, width: number): number {
  const space = text.lastIndexOf(' ', width)
  if (space > 0 && text.slice(0, space).trim() !== '') return space
  const [marked = ''] = /^.*[/_,:.-]/su.exec(text.slice(0, width)) ?? []
  if (marked.length > width / 2) return marked.length
  // Not between the two halves of a character.
  const isHalf = /[\ud800-\udbff]/.test(text.charAt(width - 1))
  return isHalf && width > 1 ? width - 1 : width
}

/** One text under another: what does not fit goes on below the beginning of `text`. */
export function hanging(before: string, beforeWidth: number, text: string, width: number): string {
  const lines = wrap(text, Math.max(NARROWEST / 2, width - beforeWidth))
  return lines.map((line, index) => (index === 0 ? `${before}${line}` : `${' '.repeat(beforeWidth)}${line}`)).join('\n')
}
