import { setTimeout as delay } from 'node:timers/promises'
import type { LiveBatch, LogFrame } from '../broker/live-log.js'
import type { StoredLog } from './stored-log.js'

export interface LogSources {
  readonly stored: StoredLog
  /** Waits for news of the live log after an entry; null when Redis cannot be asked. */
  readonly news: (after: string) => Promise<LiveBatch | null>
  /** Whether the attempt has ended. */
  readonly isOver: () => Promise<boolean>
}

/** How much later than Redis a worker's log store has the same lines, at most, beside the store's own pace. */
const STORE_LAG_MS = 300
/** The store is looked at so often in one of its paces. */
const LOOKS_PER_PACE = 8
/** Without Redis the store is looked at this often. */
const POLL_MS = 500
/** How long the last lines of an attempt may take to their place after its end. */
const LAST_WORDS_MS = 3_000

/**
 * Everything that an attempt prints, from its beginning to its end. The store says what and in which order; the live log
 * says when to look, so that nothing is shown twice and nothing is left out. Only when the store cannot be seen from here
 * (files on another machine) what is shown comes from the live log, which drops lines of a task that prints too fast.
 */
export async function* followLog({ stored, news, isOver }: LogSources): AsyncGenerator<readonly LogFrame[]> {
  let after = '0-0'
  let endedAt: number | null = await isOver() ? -Infinity : null
  for (;;) {
    yield* stored.read()
    if (endedAt !== null && performance.now() - endedAt > LAST_WORDS_MS) return
    const batch = await news(after)
    if (batch === null) await delay(POLL_MS)
    else if (batch.frames.length > 0 || batch.ended) {
      after = batch.last
      const found = await readSoon(stored)
      if (found.length > 0) yield found
      if (!stored.exists && batch.frames.length > 0) {
        stored.skip(batch.frames)
        yield batch.frames
      }
      if (batch.ended) break
    }
    if (endedAt === null && await isOver()) endedAt = performance.now()
  }
  yield* stored.read()
}

async function readSoon(stored: StoredLog): Promise<readonly LogFrame[]> {
  const { everyMs } = stored.pace
  const end = performance.now() + everyMs + STORE_LAG_MS
  for (;;) {
    const frames: LogFrame[] = []
    for await (const more of stored.read()) frames.push(...more)
    if (frames.length > 0 || performance.now() > end) return frames
    await delay(everyMs / LOOKS_PER_PACE)
  }
}
