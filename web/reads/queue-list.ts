import { now, type Database } from '../../shared/database/database.js'
import { TaskState } from '../../shared/states/task-instance.js'
import { samplesSince, waitingSince, type QueueSampleRow } from '../../shared/database/tables/queue-samples.js'
import { readQueues } from '../../shared/operations/queues.js'
import { iso } from '../../shared/time/iso.js'
import type { Queue } from '../schemas/queue.js'

const HOUR_MS = 3_600_000
/** The newest sample tells a rate of now. */
const RECENT_MS = 3 * 60_000

const perMinute = (count: number, spanMs: number): number => (spanMs === 0 ? 0 : Math.round(count * 60_000 / spanMs * 10) / 10)

const viewSample = ({ sampled_at, span_ms, waiting, active, oldest_ms, came, went }: QueueSampleRow) =>
  ({ at: new Date(sampled_at).toISOString(), waiting, active, oldestMs: oldest_ms, inPerMinute: perMinute(came, span_ms), outPerMinute: perMinute(went, span_ms) })

export async function readQueueList(database: Database): Promise<Queue[]> {
  const time = await now(database)
  const samples = new Map<string, QueueSampleRow[]>()
  for (const sample of await samplesSince(database, time - HOUR_MS)) samples.set(sample.queue, [...samples.get(sample.queue) ?? [], sample])
  const queues: Queue[] = []
  for (const state of await readQueues(database)) {
    const own = samples.get(state.queue) ?? []
    const newest = own.at(-1)
    const isRecent = newest !== undefined && newest.span_ms > 0 && time - newest.sampled_at < RECENT_MS
    const viewed = own.map(viewSample)
    queues.push({
      ...state, oldestWaitingAt: state.waiting === 0 ? null : iso(await waitingSince(database, state.queue)),
      oldestQueuedAt: state.queued === 0 ? null : iso(await waitingSince(database, state.queue, TaskState.queued)),
      inPerMinute: isRecent ? viewed.at(-1)?.inPerMinute ?? null : null, outPerMinute: isRecent ? viewed.at(-1)?.outPerMinute ?? null : null, samples: viewed,
    })
  }
  return queues
}
