import type { Database } from '../shared/database/database.js'
import { listQueues } from '../shared/database/tables/queues.js'
import type { EventStreams } from './consume/event-streams.js'

const REPAIR_MS = 2_000

/** Keeps the consumer reading the event streams of every queue that any DAG names. */
export class QueueWatcher {
  constructor(private readonly database: Database, private readonly streams: EventStreams) {}

  async runOnce(): Promise<number> {
    const names = (await listQueues(this.database)).map(({ name }) => name)
    const known = this.streams.queues
    if (names.length !== known.length || names.some(name => !known.includes(name))) await this.streams.watch(names)
    return REPAIR_MS
  }
}
