import type { Loop } from './loop.js'

/** Far beyond any pass, and beyond the longest wait for a lock: a restart is the last remedy. */
const STUCK_AFTER_MS = 300_000

/** Why a process with these loops comes no further, or null while it does. What waits for a server that is away is not stuck. */
export function stuckLoop(loops: Iterable<Pick<Loop, 'name' | 'lateMs'>>): string | null {
  for (const { name, lateMs } of loops) if (lateMs > STUCK_AFTER_MS) return `loop ${name} has brought nothing for ${Math.round(lateMs / 1_000)} s`
  return null
}
