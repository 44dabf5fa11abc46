import type { DagSpec } from './model.js'

type Groups = ReadonlyMap<string, unknown>

/**
 * The groups of a DAG that get a box, each with the box around it: `a` for the tasks `a.b` and `a.c`, inside it `a.b` for
 * `a.b.c` and `a.b.d`. A group of one gets none. Boxes must be an order of work like the tasks in them: a group that a path
 * leaves and enters again, directly or by way of another box, gets none. (dagre fails on some of those.)
 */
export function groupsOf(spec: DagSpec): Map<string, string | null> {
  const sizes = new Map<string, number>()
  for (const { id } of spec.tasks) for (const group of prefixesOf(id)) sizes.set(group, (sizes.get(group) ?? 0) + 1)
  const candidates = [...sizes].filter(([, size]) => size > 1).map(([group]) => group)
  const boxes = new Map<string, string | null>()
  for (const group of candidates.sort((a, b) => depthOf(a) - depthOf(b))) {
    const around = innermost(group, boxes)
    if (isOrder(spec, group, boxes)) boxes.set(group, around)
  }
  return boxes
}

/** The innermost box around a task or group. */
export const innermost = (id: string, boxes: Groups): string | null => prefixesOf(id).findLast(group => boxes.has(group)) ?? null

const depthOf = (group: string): number => group.split('.').length

/** Whether the work still has an order when this group and every box beside it are one step each. */
function isOrder({ tasks }: DagSpec, group: string, boxes: Groups): boolean {
  const steps = new Map(tasks.map(({ id }) => [id, prefixesOf(id).find(prefix => prefix === group || (boxes.has(prefix) && !group.startsWith(`${prefix}.`))) ?? `${id}.`]))
  const downstream = new Map<string, Set<string>>([...steps.values()].map(step => [step, new Set()]))
  const waiting = new Map<string, number>()
  for (const { id, after } of tasks) {
    const step = steps.get(id) as string
    for (const up of after) {
      const next = downstream.get(steps.get(up) as string) as Set<string>
      if (steps.get(up) === step || next.has(step)) continue
      next.add(step)
      waiting.set(step, (waiting.get(step) ?? 0) + 1)
    }
  }
  const open = [...downstream.keys()].filter(step => !waiting.has(step))
  let done = 0
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    done += 1
    for (const next of downstream.get(step) as Set<string>) {
      const rest = (waiting.get(next) as number) - 1
      waiting.set(next, rest)
      if (rest === 0) open.push(next)
    }
  }
  return done === downstream.size
}

function prefixesOf(id: string): string[] {
  const parts = id.split('.')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'))
}
