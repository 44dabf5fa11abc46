import { setTimeout as delay } from 'node:timers/promises'
import { LongshoreError, type ErrorCode } from '../shared/errors.js'

/** A server that is being upgraded, or whose database is, comes back. */
const AWAY: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['LS_SERVER_UNREACHABLE', 'LS_DATABASE_UNREACHABLE', 'LS_REDIS_UNREACHABLE', 'LS_TIMEOUT', 'LS_LOG_STORE'])
const AGAIN_MS = 1_000
const GIVE_UP_MS = 60_000

export const isAway = (error: unknown): boolean => error instanceof LongshoreError && AWAY.has(error.code)

/** Looks again while what is looked at is away, for a minute: who waits for the end of something does not lose it to a restart. */
export async function patiently<T>(look: () => Promise<T>): Promise<T> {
  const end = performance.now() + GIVE_UP_MS
  for (;;) {
    try {
      return await look()
    } catch (error) {
      if (!isAway(error) || performance.now() > end) throw error
      await delay(AGAIN_MS)
    }
  }
}
