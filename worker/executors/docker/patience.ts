import { FinishReason } from '../../../shared/states/attempt.js'
import { monotonic, sleep } from '../../clock.js'
import { ExecutionFailure } from '../executor.js'
import { isDockerAway, reasonOf } from './docker-api.js'

/** How long a daemon that is away is left alone before it is asked again. */
export const AWAY_RETRY_MS = 500
/** How long a step before the start waits for a daemon that is away; then the attempt goes back to the scheduler. */
const AWAY_PATIENCE_MS = 60_000

/** Repeats a step, which must be idempotent, while the daemon is away. What else goes wrong, and an absence that lasts, is an {@link ExecutionFailure}. */
export async function patiently<T>(step: () => Promise<T>, onAway: () => void, signal?: AbortSignal): Promise<T> {
  const deadline = monotonic() + AWAY_PATIENCE_MS
  for (;;) {
    try {
      return await step()
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof ExecutionFailure) throw error
      const away = isDockerAway(error)
      if (away) onAway()
      if (!away || monotonic() > deadline) {
        throw new ExecutionFailure(FinishReason.infrastructure, `${away ? 'Docker does not answer: ' : ''}${reasonOf(error)}`, { cause: error })
      }
      await sleep(AWAY_RETRY_MS, signal)
    }
  }
}
