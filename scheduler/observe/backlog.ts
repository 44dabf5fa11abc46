/** How full a queue is. */
export interface QueueFill {
  readonly queue: string
  /** Task instances that could run and wait for a slot. */
  readonly waiting: number
  /** On their way to a worker or on one. */
  readonly active: number
}

export interface PoolWorker {
  /** Of machines; null: none. */
  readonly pool: string | null
  readonly queues: readonly string[]
  readonly slots: number
  /** Whether it is there and takes work: one that drains brings no slots. */
  readonly isInService: boolean
}

export interface PoolBacklog {
  readonly pool: string
  /** Tasks that wait or run, for each slot in service. */
  readonly perSlot: number
  readonly tasks: number
  readonly slots: number
}

/**
 * What a pool has to do for each of its slots. What runs counts with what waits: a measure of waiting tasks alone is 0 while every slot
 * is busy, and would have nodes taken away. A queue that several pools serve is shared out by their slots, so that not all
 * of them grow for the same tasks. Without any slot the number of tasks itself is what makes a pool begin.
 */
export function backlogOf(queues: readonly QueueFill[], workers: readonly PoolWorker[]): PoolBacklog[] {
  const pools = new Map<string, { slots: number; queues: Set<string> }>()
  for (const { pool, queues: served, slots, isInService } of workers) {
    if (pool === null) continue
    const known = pools.get(pool) ?? { slots: 0, queues: new Set<string>() }
    if (isInService) known.slots += slots
    for (const queue of served) known.queues.add(queue)
    pools.set(pool, known)
  }
  const weight = ({ slots }: { readonly slots: number }): number => Math.max(slots, 1)
  return [...pools].sort(([a], [b]) => (a < b ? -1 : 1)).map(([pool, mine]) => {
    const tasks = queues.filter(({ queue }) => mine.queues.has(queue)).reduce((sum, { queue, waiting, active }) => {
      const servers = [...pools.values()].filter(other => other.queues.has(queue))
      return sum + (waiting + active) * weight(mine) / servers.reduce((total, other) => total + weight(other), 0)
    }, 0)
    return { pool, tasks, slots: mine.slots, perSlot: tasks / weight(mine) }
  })
}
