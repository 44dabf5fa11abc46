import { graphOf } from './graph.js'
import type { DagSpec, TaskSpec } from './model.js'

const LINE_WIDTH = 110

/**
 * The graph as text: tasks in levels, each level after everything it waits for, with arrows to what each one waits for.
 * Levels stay readable where drawn lines would cross. `name[]` is mapped; what is not as usual stands in brackets.
 */
export function renderDag(spec: DagSpec): string {
  const { upstream } = graphOf(spec)
  const levels = levelsOf(upstream)
  const names = new Map(spec.tasks.map(({ id, map }) => [id, map === null ? id : `${id}[]`]))
  const width = Math.min(48, [...names.values()].reduce((widest, { length }) => Math.max(widest, length), 0))
  const lines = [`${spec.dag}: ${count(spec.tasks.length, 'task')} in ${count(levels.length, 'level')}`]
  const suffixes = new Map(spec.tasks.map(task => [task.id, suffixOf(task)]))
  for (const [index, ids] of levels.entries()) {
    lines.push('', `level ${index + 1}`)
    for (const id of ids) {
      const after = upstream.get(id) as readonly string[]
      const suffix = suffixes.get(id) as string
      const name = names.get(id) as string
      lines.push(after.length === 0 ? `  ${name}${suffix}` : `  ${name.padEnd(width)}  ← ${fit(after, LINE_WIDTH - width - 6 - suffix.length)}${suffix}`)
    }
  }
  return lines.join('\n')
}

function suffixOf({ kind, triggerRule, branch, shortCircuit }: TaskSpec): string {
  const marks = [
    ...(kind === 'container' || kind === 'process' ? [] : [kind]),
    ...(branch ? ['branch'] : []),
    ...(shortCircuit ? ['short-circuit'] : []),
    ...(triggerRule === 'all_success' ? [] : [triggerRule]),
  ]
  return marks.length === 0 ? '' : `  [${marks.join(', ')}]`
}

/** The level of a task is one more than the highest among its upstream. Ids must come in topological order. */
function levelsOf(upstream: ReadonlyMap<string, readonly string[]>): string[][] {
  const level = new Map<string, number>()
  const levels: string[][] = []
  for (const [id, after] of upstream) {
    const own = after.reduce((highest, up) => Math.max(highest, level.get(up) as number), -1) + 1
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
