import { graphOf } from './graph.js'
import type { DagSpec } from './model.js'

const LINE_WIDTH = 110

/**
 * The graph as text: tasks in levels, each level after everything it waits for, with arrows to what each one waits for.
 * Levels stay readable where drawn lines would cross.
 */
export function renderDag(spec: DagSpec): string {
  const { upstream } = graphOf(spec)
  const levels = levelsOf(upstream)
  const width = Math.min(48, Math.max(...[...upstream.keys()].map(id => id.length)))
  const lines = [`${spec.dag}: ${count(spec.tasks.length, 'task')} in ${count(levels.length, 'level')}`]
  const rules = new Map(spec.tasks.map(({ id, triggerRule }) => [id, triggerRule]))
  for (const [index, ids] of levels.entries()) {
    lines.push('', `level ${index + 1}`)
    for (const id of ids) {
      const after = upstream.get(id) as readonly string[]
      const rule = rules.get(id)
      const suffix = rule === undefined || rule === 'all_success' ? '' : `  [${rule}]`
      lines.push(after.length === 0 ? `  ${id}${suffix}` : `  ${id.padEnd(width)}  ← ${fit(after, LINE_WIDTH - width - 6 - suffix.length)}${suffix}`)
    }
  }
  return lines.join('\n')
}

/** The level of a task is one more than the highest among its upstream. Ids must come in topological order. */
function levelsOf(upstream: ReadonlyMap<string, readonly string[]>): string[][] {
  const level = new Map<string, number>()
  const levels: string[][] = []
  for (const [id, after] of upstream) {
    const own = Math.max(-1, ...after.map(up => level.get(up) as number)) + 1
    level.set(id, own)
    ;(levels[own] ??= []).push(id)
  }
  return levels
}

function fit(names: readonly string[], width: number): string {
  let shown = names.length
  const text = (): string => names.slice(0, shown).join(', ') + (shown < names.length ? ` and ${names.length - shown} more` : '')
  while (shown > 1 && text().length > width) shown -= 1
  return text()
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`
