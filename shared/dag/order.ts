/** Who waits for whom: the ids of each task's upstream tasks. Every id that is named is a key. */
export type Upstream = ReadonlyMap<string, readonly string[]>

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Ids so that each comes after everything it waits for; among those that could come next, by name. Needs a graph without cycles. */
export function topologicalOrder(upstream: Upstream): string[] {
  const downstream = new Map<string, string[]>()
  const waitsFor = new Map<string, number>()
  for (const [id, ids] of upstream) {
    waitsFor.set(id, ids.length)
    for (const up of ids) {
      const known = downstream.get(up)
      if (known) known.push(id)
      else downstream.set(up, [id])
    }
  }
  const order: string[] = []
  // Kept sorted from last to first, so that the next one is popped.
  const ready = [...upstream.keys()].filter(id => waitsFor.get(id) === 0).sort(byName).reverse()
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    order.push(id)
    for (const next of downstream.get(id) ?? []) {
      const left = (waitsFor.get(next) as number) - 1
      waitsFor.set(next, left)
      if (left === 0) insertDescending(ready, next)
    }
  }
  return order
}

function insertDescending(sorted: string[], id: string): void {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as string) > id) low = middle + 1
    else high = middle
  }
  sorted.splice(low, 0, id)
}

/** Cycles that have no task in common, each in the order of execution with its first task repeated at the end: a, b, a. */
export function findCycles(upstream: Upstream): string[][] {
  const cycles: string[][] = []
  const state = new Map<string, 'open' | 'done'>()
  for (const root of [...upstream.keys()].sort(byName)) {
    if (state.has(root)) continue
    // An explicit stack: a chain of ten thousand tasks must not exhaust the call stack.
    const path = [{ id: root, next: 0 }]
    state.set(root, 'open')
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const up = upstream.get(top.id)?.[top.next++]
      if (up === undefined) {
        state.set(top.id, 'done')
        path.pop()
      } else if (!state.has(up)) {
        state.set(up, 'open')
        path.push({ id: up, next: 0 })
      } else if (state.get(up) === 'open') {
        const cycle = path.slice(path.findIndex(({ id }) => id === up)).map(({ id }) => id)
        if (!cycles.some(known => known.some(id => cycle.includes(id)))) cycles.push(inOrderOfExecution(cycle))
      }
    }
  }
  return cycles
}

/** The path was walked upstream; it is told downstream, beginning with the first name. */
function inOrderOfExecution(walked: readonly string[]): string[] {
  const cycle = walked.toReversed()
  const start = cycle.indexOf([...cycle].sort(byName)[0] as string)
  return [...cycle.slice(start), ...cycle.slice(0, start), cycle[start] as string]
}
