import type { AttemptRow } from '../../shared/database/tables/attempts.js'
import type { TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { EVENT_SEQ, type WorkerEvent } from '../../shared/protocol/events.js'
import type { AttemptTold } from '../bus.js'
import type { Folded } from './fold.js'

const span = (from: number | null | undefined, to: number | null | undefined): number | null => (from == null || to == null ? null : Math.max(0, to - from))

/** What is told of the events of one attempt that changed something. The end of a quick one tells of its start as well. */
export function toldOf(attempt: AttemptRow, instance: TaskInstanceRow, dag: string, queue: string, events: readonly WorkerEvent[], { update, transition }: Folded): AttemptTold[] {
  if (update === null) return []
  const seen = new Set<string>()
  const claimedAt = events.find(({ type }) => type === 'claimed')?.ts ?? attempt.claimed_at
  const lastType = [...events].sort((a, b) => a.seq - b.seq).at(-1)?.type
  const tell = ({ worker, workerName }: WorkerEvent, type: WorkerEvent['type']): AttemptTold => {
    const isEnd = type === 'finished' || type === 'released'
    return {
      type, dag, task: instance.task_id, queue, worker, workerName, state: isEnd ? transition?.state ?? null : null,
      reason: type === 'finished' ? update.reason : isEnd ? type : null,
      isFailure: type === 'finished' && !(update.reason === 'exited' && update.exitCode === 0),
      prepareMs: type === 'started' ? span(claimedAt, update.startedAt) : null,
      runtimeMs: type === 'finished' ? span(update.startedAt, update.finishedAt) : null,
      // The start is written once, whichever event brings it.
      waitedMs: transition?.started_at != null && type === lastType ? span(instance.scheduled_at, transition.started_at) : null,
    }
  }
  const fresh = events.filter(({ seq }) => seq > attempt.last_seq).sort((a, b) => a.seq - b.seq)
  const isStartTold = attempt.last_seq >= EVENT_SEQ.started || fresh.some(({ type }) => type === 'started')
  return fresh.flatMap(event => {
    if (seen.has(event.type)) return []
    seen.add(event.type)
    const itself = tell(event, event.type)
    return event.type === 'finished' && event.startedAt !== null && !isStartTold ? [tell(event, 'started'), itself] : [itself]
  })
}
