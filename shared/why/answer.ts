import type { Reason } from './reason.js'

/** The whole chain in one sentence: what keeps it, and what keeps that at the bottom. */
export function answerOf(name: string, state: string, reasons: readonly Reason[]): string {
  const first = reasons.find(({ blocks }) => blocks) ?? reasons[0]
  const start = `'${name}' is ${state}`
  if (first === undefined) return start
  const bottom = bottomOf(first)
  return `${start}: ${first.text}${bottom === null ? '' : `; '${String(bottom.task)}': ${bottom.text}`}`
}

/** Follows the first upstream task that is open to the last one whose wait has a reason of its own. */
function bottomOf(start: Reason): { readonly task: unknown; readonly text: string } | null {
  let found: ReturnType<typeof bottomOf> = null
  for (let current: Reason | undefined = start; current?.code === 'upstream';) {
    const open: Reason | undefined = current.children.find(({ code, blocks, children }) => code === 'upstream_task' && blocks && children.length > 0)
    current = open?.children.find(({ blocks }) => blocks) ?? open?.children[0]
    if (open !== undefined && current !== undefined) found = { task: open.numbers['task'], text: current.text }
  }
  return found
}
