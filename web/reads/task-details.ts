import { graphOf } from '../../shared/dag/graph.js'
import type { Session } from '../../shared/database/database.js'
import type { AttemptRow } from '../../shared/database/tables/attempts.js'
import { attemptsOfInstances, lastAttempts, newestAttempts, pageOfInstances, resultOf, type InstanceKey, type InstancePageFilter } from '../../shared/database/tables/instance-pages.js'
import type { TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { iso } from '../../shared/time/iso.js'
import { SHOWN_OF_ATTEMPT, spanOf, viewAttempt, type ShownAttempt } from '../../shared/views/run-view.js'
import { timelineOf } from '../../shared/views/timeline.js'
import type { GanttBar, Task, TaskItem } from '../schemas/task-instance.js'
import type { InstanceFound, RunFound } from './finder.js'
import type { Version } from './versions.js'

const MOST_ATTEMPTS = 100
const MOST_BARS = 5_000

const SHOWN_OF_INSTANCE = ['ti_id', 'state', 'reason', 'fence', 'queue', 'started_at', 'ended_at', 'is_removed'] as const
type ShownInstance = Pick<TaskInstanceRow, 'task_id' | 'map_index' | (typeof SHOWN_OF_INSTANCE)[number]>

/** Of an instance and of its attempts. */
const LINE = ['ti_id', 'state', 'scheduled_at', 'is_removed'] as const
const BAR = ['ti_id', 'fence', 'state', 'reason', 'queued_at', 'claimed_at', 'started_at', 'finished_at', 'ended_at'] as const
type Bar = Pick<AttemptRow, (typeof BAR)[number]>

interface Page<Item> {
  readonly items: readonly Item[]
  readonly last: InstanceKey | null
}

export async function readTaskPage(session: Session, { run, version }: RunFound, filter: InstancePageFilter, after: InstanceKey | null): Promise<Page<TaskItem>> {
  const { rows, last } = await onePage(session, run.run_key, SHOWN_OF_INSTANCE, filter, after)
  const newest = new Map((await newestAttempts(session, rows, SHOWN_OF_ATTEMPT)).map(attempt => [attempt.ti_id, attempt]))
  return { last, items: rows.map(row => { const attempt = newest.get(row.ti_id) ?? null; return { ...viewInstance(row, version, attempt), attempt: attempt === null ? null : viewAttempt(attempt) } }) }
}

/** Instances with their attempts as bars over time. */
export async function readGantt(session: Session, { run }: RunFound, limit: number, after: InstanceKey | null): Promise<Page<GanttBar>> {
  const { rows, last } = await onePage(session, run.run_key, LINE, { states: [], task: null, limit }, after)
  const attempts = new Map<number, Bar[]>(rows.map(({ ti_id }) => [ti_id, []]))
  for (const attempt of await attemptsOfInstances(session, [...attempts.keys()], BAR, MOST_BARS)) attempts.get(attempt.ti_id)?.push(attempt)
  return {
    last,
    items: rows.filter(({ is_removed }) => is_removed !== 1).map(row => ({
      task: row.task_id, mapIndex: row.map_index, state: row.state, scheduledAt: iso(row.scheduled_at),
      attempts: (attempts.get(row.ti_id) ?? []).map(({ fence, state, reason, queued_at, claimed_at, started_at, finished_at, ended_at }) =>
        ({ fence, state, reason, queuedAt: iso(queued_at), claimedAt: iso(claimed_at), startedAt: iso(started_at), endedAt: iso(finished_at ?? ended_at) })),
    })),
  }
}

export async function readTask(session: Session, { dag, run, version, instance }: InstanceFound): Promise<Task> {
  const attempts = await lastAttempts(session, instance.ti_id, MOST_ATTEMPTS)
  const spec = graphOf(version.spec).tasks.get(instance.task_id)
  return {
    dag: dag.dag_id, run: run.run_id, ...viewInstance(instance, version, attempts.at(-1) ?? null), wanted: instance.wanted, dueAt: iso(instance.due_at),
    limits: spec === undefined ? null : { memory: spec.memory, cpus: spec.cpus, timeoutMs: spec.timeout, retries: spec.retries },
    hasResult: await resultOf(session, instance.ti_id) !== null,
    attempts: attempts.map(attempt => ({ ...viewAttempt(attempt), timeline: timelineOf(attempt) })),
  }
}

async function onePage<Column extends keyof TaskInstanceRow>(session: Session, runKey: number, columns: readonly Column[], filter: InstancePageFilter, after: InstanceKey | null) {
  const found = await pageOfInstances(session, runKey, columns, { ...filter, limit: filter.limit + 1 }, after)
  const rows = found.slice(0, filter.limit)
  const end = rows.at(-1)
  return { rows, last: found.length > filter.limit && end !== undefined ? [end.task_id, end.map_index] as const : null }
}

const viewInstance = (row: ShownInstance, { spec }: Version, newest: ShownAttempt | null) => ({
  task: row.task_id, mapIndex: row.map_index, state: row.state, reason: row.reason, tries: newest?.try_number ?? 0,
  kind: graphOf(spec).tasks.get(row.task_id)?.kind ?? null, queue: row.queue, container: newest?.container ?? null,
  startedAt: iso(row.started_at), endedAt: iso(row.ended_at), durationMs: spanOf(row.started_at, row.ended_at), removed: row.is_removed === 1,
})
