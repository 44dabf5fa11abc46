import type { WorkerStatus } from '../../worker/worker-status.js'

/** Why a worker takes no work, for people; null while it does. */
export function whyNotReady({ ready, refusing, connected }: WorkerStatus): string | null {
  if (ready) return null
  if (refusing.length > 0) return refusing.join('; ')
  return connected ? 'not started' : 'not connected to Redis'
}
