export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed' | 'gap'
  readonly text: string
}

/** Lines around a change that stay in sight. */
const CONTEXT = 3
/** Beyond this many changed lines only what begins and ends alike is compared: the table below would not fit into memory. */
const MOST_CELLS = 4_000_000

/** What became of one text, line by line: the longest common subsequence between what begins and ends alike. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [a, b] = [before.split('\n'), after.split('\n')]
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1
  const line = (kind: DiffLine['kind']) => (text: string): DiffLine => ({ kind, text })
  return folded([...a.slice(0, head).map(line('same')), ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)), ...a.slice(a.length - tail).map(line('same'))])
}

function middle(a: readonly string[], b: readonly string[]): DiffLine[] {
  if (a.length * b.length > MOST_CELLS) return [...a.map(text => ({ kind: 'removed' as const, text })), ...b.map(text => ({ kind: 'added' as const, text }))]
  const width = b.length + 1
  const lengths = new Uint32Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] = a[i] === b[j] ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0)
    }
  }
  const lines: DiffLine[] = []
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const [left, right] = [a[i], b[j]]
    if (left !== undefined && left === right) {
      lines.push({ kind: 'same', text: left })
      i += 1
      j += 1
    } else if (left !== undefined && (right === undefined || (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0))) {
      lines.push({ kind: 'removed', text: left })
      i += 1
    } else {
      lines.push({ kind: 'added', text: right ?? '' })
      j += 1
    }
  }
  return lines
}

function folded(lines: readonly DiffLine[]): DiffLine[] {
  const near = lines.map((_, place) => lines.slice(Math.max(0, place - CONTEXT), place + CONTEXT + 1).some(({ kind }) => kind !== 'same'))
  const out: DiffLine[] = []
  let left = 0
  lines.forEach((line, place) => {
    if (near[place] === true) {
      if (left > 0) out.push({ kind: 'gap', text: `… ${left} lines that are the same` })
      left = 0
      out.push(line)
    } else left += 1
  })
  if (left > 0) out.push({ kind: 'gap', text: `… ${left} lines that are the same` })
  return out
}
