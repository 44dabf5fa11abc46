import type { Resources } from '../../shared/protocol/events.js'

/** What a task has used since its start, as the kernel counts it. Null: nobody can tell. */
export interface Usage extends Resources {
  /** Processes of it that the kernel killed for memory. */
  readonly oomKills: number | null
}

/** All of these only ever rise, so the greater of two looks is the later one, and a look that saw less adds nothing. */
export function laterUsage(one: Usage | null, other: Usage | null): Usage | null {
  if (one === null || other === null) return one ?? other
  return {
    cpuSeconds: greater(one.cpuSeconds, other.cpuSeconds), peakMemory: greater(one.peakMemory, other.peakMemory),
    ioRead: greater(one.ioRead, other.ioRead), ioWrite: greater(one.ioWrite, other.ioWrite), oomKills: greater(one.oomKills, other.oomKills),
  }
}

const greater = (one: number | null, other: number | null): number | null => (one === null || other === null ? one ?? other : Math.max(one, other))

/** As it is reported. */
export function resourcesOf(usage: Usage | null): Resources | null {
  if (usage === null) return null
  const { cpuSeconds, peakMemory, ioRead, ioWrite } = usage
  return { cpuSeconds, peakMemory, ioRead, ioWrite }
}
