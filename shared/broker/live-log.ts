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
    await this.redis.multi().xadd(key, '*', 'end', '1').pexpire(key, 60_000).exec()
  }
}
