import type { QueueState } from '../../shared/operations/queues.js'

export interface Queues {
  list(): Promise<readonly QueueState[]>
  /** Null: none of its own. */
  limit(queue: string, limit: number | null): Promise<void>
  /** False while Redis is away: schedulers tell the workers when it is back. */
  setPaused(queue: string, isPaused: boolean): Promise<boolean>
}
