import type { Redis } from 'ioredis'
import type { AttemptId } from '../protocol/attempt-id.js'
import { queueKeys } from '../protocol/keys.js'

export interface LogFrame {
  /** `sec.nnnnnnnnn`, as Docker stamps it; process tasks use the worker's clock. */
  readonly time: string
  readonly stream: 'stdout' | 'stderr'
  /** One line, or a part of at most 16 KiB of a longer one, without the line feed. */
  readonly text: string
  /** False for a part that the next frame of the same stream continues. */
  readonly complete: boolean
}

/** Batches of frames kept for late readers; the log store holds the rest. */
const KEPT_BATCHES = 500
const KEPT_MS = 3_600_000
/** And of attempts that are over, for who is just reading. */
export const ENDED_LOG_KEPT_MS = 60_000
const READ_COUNT = 100

/** What a follower got in one reading. */
export interface LiveBatch {
  /** The entry after which to read on. */
  readonly last: string
  readonly frames: readonly LogFrame[]
  /** Nothing more will come, and the log store has the whole log. */
  readonly ended: boolean
}

/** The newest frames of running attempts, through Redis, so that nobody has to dial a worker. Losing them costs nothing but liveness. */
export class LiveLog {
  constructor(private readonly redis: Redis, private readonly prefix: string, private readonly queue: string) {}

  async append(attempt: AttemptId, frames: readonly LogFrame[]): Promise<void> {
    const key = queueKeys(this.prefix, this.queue).liveLog(attempt)
    await this.redis.multi().xadd(key, 'MAXLEN', '~', KEPT_BATCHES, '*', 'f', JSON.stringify(frames)).pexpire(key, KEPT_MS).exec()
  }

  /** Marks the end, so that followers stop waiting. */
  async end(attempt: AttemptId): Promise<void> {
    const key = queueKeys(this.prefix, this.queue).liveLog(attempt)
    await this.redis.multi().xadd(key, '*', 'end', '1').pexpire(key, ENDED_LOG_KEPT_MS).exec()
  }

  /**
   * What was appended after the entry `after` (`0-0`: everything that is kept). Waits for it up to `blockMs`, hence on a
   * connection that does nothing else.
   */
  async read(attempt: AttemptId, after: string, blockMs: number): Promise<LiveBatch> {
    const key = queueKeys(this.prefix, this.queue).liveLog(attempt)
    const reply = await this.redis.xread('COUNT', READ_COUNT, 'BLOCK', blockMs, 'STREAMS', key, after)
    const entries = reply?.[0]?.[1] ?? []
    return {
      last: entries.at(-1)?.[0] ?? after,
      frames: entries.flatMap(([, [field, value = '[]']]) => (field === 'f' ? JSON.parse(value) as LogFrame[] : [])),
      ended: entries.some(([, [field]]) => field === 'end'),
    }
  }
}
