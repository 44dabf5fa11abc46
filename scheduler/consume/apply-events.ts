import { graphOf } from '../../shared/dag/graph.js'
import type { DagSpec, TaskSpec } from '../../shared/dag/model.js'
import type { Session } from '../../shared/database/database.js'
import { readAttemptsWithInstances, updateAttempts, type AttemptRow } from '../../shared/database/tables/attempts.js'
import { lockRuns } from '../../shared/database/tables/dag-runs.js'
import { insertDeadLetters, type DeadLetter } from '../../shared/database/tables/dead-letters.js'
import { writeResults } from '../../shared/database/tables/results.js'
import type { TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { parseAttemptId, type AttemptId, type AttemptRef } from '../../shared/protocol/attempt-id.js'
import type { WorkerEvent } from '../../shared/protocol/events.js'
import { isActive, type TaskState } from '../../shared/states/task-instance.js'
import { clearedBy, type Work } from '../advance.js'
import type { AttemptTold } from '../bus.js'
import type { RunIndex } from '../plan/run-index.js'
import type { Specs } from '../../shared/planning/specs.js'
import type { StreamEntry } from './event-streams.js'
import { fold, type Folded } from './fold.js'
import type { AttemptMark } from './marks.js'
import { toldOf } from './told.js'

export interface EndedAttempt {
  readonly dag: string
  readonly task: string
  readonly attempt: AttemptId
  readonly state: TaskState
  readonly reason: string | null
}

/** What a batch changed, to be told after the commit. */
export interface Applied {
  readonly change: Work
  readonly marks: readonly AttemptMark[]
  readonly endedAttempts: readonly EndedAttempt[]
  readonly told: readonly AttemptTold[]
  readonly deadLetters: readonly DeadLetter[]
  readonly stale: number
}

interface Known {
  readonly id: AttemptId
  readonly queue: string
  readonly ref: AttemptRef
  readonly events: WorkerEvent[]
  readonly entries: StreamEntry[]
}

/** Applies a batch of entries: locks their runs in id order, folds the events of each attempt, and writes every table once. */
export async function applyEvents(tx: Session, specs: Specs, runIndex: RunIndex, entries: readonly StreamEntry[]): Promise<Applied> {
  const { byAttempt, deadLetters } = sortByAttempt(entries)
  const runOf = await runIndex.find(tx, [...byAttempt.values()].map(({ ref }) => ref.taskInstance))
  const runs = await lockRuns(tx, [...runOf.values()])
  const pairs = await readAttemptsWithInstances(tx, [...byAttempt.values()].map(({ ref }) => ref))
  const versions = await specs.get(tx, [...runs.values()].map(run => run.version_key))

  const folded: { readonly attempt: AttemptId; readonly instance: TaskInstanceRow; readonly spec: DagSpec; readonly queue: string; readonly row: AttemptRow; readonly events: readonly WorkerEvent[]; readonly result: Folded }[] = []
  for (const { id, queue, events, entries: sources } of byAttempt.values()) {
    const { attempt, instance, now: time = 0 } = pairs.get(id) ?? {}
    const spec = versions.get(runs.get(instance?.run_key ?? 0)?.version_key ?? 0)
    const refusal = refuse(attempt, queue)
    if (refusal !== null || attempt === undefined || instance === undefined || spec === undefined) {
      deadLetters.push(...sources.map(entry => deadLetter(entry, refusal ?? `attempt ${id} is not known`)))
      continue
    }
    const graph = graphOf(spec)
    const task = { task: graph.tasks.get(instance.task_id) as TaskSpec, downstream: graph.downstream.get(instance.task_id) ?? [] }
    folded.push({ attempt: id, instance, spec, queue, row: attempt, events, result: fold(attempt, instance, task, events, time) })
  }

  await updateAttempts(tx, folded.flatMap(({ result }) => result.update ?? []))
  await writeResults(tx, new Map(folded.flatMap(({ instance, result }) => (result.result === null ? [] : [[instance.ti_id, result.result] as const]))))
  await insertDeadLetters(tx, deadLetters)

  const transitions = folded.flatMap(({ result }) => result.transition ?? [])
  return {
    change: { runs, transitions, touched: clearedBy(transitions), dispatch: false },
    marks: folded.flatMap(({ attempt, queue, result }) => (result.mark === null ? [] : [{ attempt, queue, mark: result.mark }])),
    endedAttempts: folded.flatMap(({ attempt, instance, spec, result }) => (result.transition !== null && !isActive(result.transition.state)
      ? [{ attempt, dag: spec.dag, task: instance.task_id, state: result.transition.state, reason: result.transition.reason }] : [])),
    told: folded.flatMap(({ instance, spec, queue, row, events, result }) => toldOf(row, instance, spec.dag, queue, events, result)),
    deadLetters,
    stale: folded.reduce((sum, { result }) => sum + result.stale, 0),
  }
}

/** Events count only on the queue on which their attempt was dispatched: a stolen worker cannot finish another pool's work. */
function refuse(attempt: AttemptRow | undefined, queue: string): string | null {
  if (attempt === undefined || attempt.queue === queue) return null
  return `attempt ${attempt.ti_id}.${attempt.fence} was dispatched on queue ${attempt.queue}, not on ${queue}`
}

function sortByAttempt(entries: readonly StreamEntry[]): { byAttempt: Map<string, Known>; deadLetters: DeadLetter[] } {
  const byAttempt = new Map<string, Known>()
  const deadLetters: DeadLetter[] = []
  for (const entry of entries) {
    const { event } = entry
    if (typeof event === 'string') {
      deadLetters.push(deadLetter(entry, event))
      continue
    }
    // By queue too: what a stolen worker writes about another pool's attempt must not touch the true events beside it.
    const key = `${entry.queue}/${event.attempt}`
    let known = byAttempt.get(key)
    if (known === undefined) {
      known = { id: event.attempt, queue: entry.queue, ref: parseAttemptId(event.attempt) as AttemptRef, events: [], entries: [] }
      byAttempt.set(key, known)
    }
    known.events.push(event)
    known.entries.push(entry)
  }
  return { byAttempt, deadLetters }
}

const deadLetter = ({ queue, id, text }: StreamEntry, reason: string): DeadLetter => ({ queue, entry: id, payload: text.slice(0, 100_000), reason })
