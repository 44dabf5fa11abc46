import { now, type Database } from '../../shared/database/database.js'
import { deleteSamples, endedWithin, fillOfQueues, insertSamples, samplesSince, waitingSince, type QueueSampleRow } from '../../shared/database/tables/queue-samples.js'
import { listQueues } from '../../shared/database/tables/queues.js'

const MINUTE_MS = 60_000
/** What came and went is counted over this much at most: after a longer pause the rates of the pause are not known. */
const LONGEST_SPAN_MS = 10 * MINUTE_MS
/** A scheduler that hears nothing of a loop for a minute calls itself stuck. */
const LONGEST_SLEEP_MS = 20_000
const KEPT_MS = 48 * 3_600_000

/** Writes down once a minute how full the queues are, so that pages show the hours before they were opened. */
export class QueueSampler {
  constructor(private readonly database: Database) {}

  async runOnce(): Promise<number> {
    const time = await now(this.database)
    const minute = time - time % MINUTE_MS
    const before = new Map((await samplesSince(this.database, minute - LONGEST_SPAN_MS)).map(sample => [sample.queue, sample]))
    const queues = (await listQueues(this.database)).filter(({ name }) => (before.get(name)?.sampled_at ?? 0) < minute)
    if (queues.length > 0) await this.#sample(minute, time, queues.map(({ name }) => name), before)
    return Math.min(LONGEST_SLEEP_MS, minute + MINUTE_MS - time)
  }

  async #sample(minute: number, time: number, queues: readonly string[], before: ReadonlyMap<string, QueueSampleRow>): Promise<void> {
    const fill = await fillOfQueues(this.database)
    const samples: QueueSampleRow[] = []
    for (const name of queues) {
      const last = before.get(name)
      const { waiting, active } = fill.get(name) ?? { waiting: 0, active: 0 }
      const oldest = waiting === 0 ? null : await waitingSince(this.database, name)
      const since = last?.sampled_at ?? minute
      const went = await endedWithin(this.database, name, since, minute)
      samples.push({
        queue: name, sampled_at: minute, span_ms: minute - since, waiting, active, oldest_ms: oldest === null ? 0 : Math.max(0, time - oldest), went,
        // What is there now, less what was there, has come besides what has gone. What people took away does not count.
        came: last === undefined ? 0 : Math.max(0, waiting + active - last.waiting - last.active + went),
      })
    }
    await this.database.transact('sample-queues', async tx => {
      await insertSamples(tx, samples)
      await deleteSamples(tx, minute - KEPT_MS)
    })
  }
}
