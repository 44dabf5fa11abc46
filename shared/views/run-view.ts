import type { AttemptRow } from '../database/tables/attempts.js'
import type { RunRow } from '../database/tables/dag-runs.js'
import type { TaskInstanceRow } from '../database/tables/task-instances.js'
import type { DagSpec } from '../dag/model.js'
import { attemptId } from '../protocol/attempt-id.js'
import type { Pull, Resources } from '../protocol/events.js'
import type { AttemptState } from '../states/attempt.js'
import { iso } from '../time/iso.js'

/** A run as `--json` shows it. Documented in docs/cli.md: fields are added, never changed. */
export interface RunView {
  readonly dag: string
  readonly run: string
  readonly state: string
  readonly type: string
  readonly logicalDate: string | null
  readonly dataIntervalStart: string | null
  readonly dataIntervalEnd: string | null
  readonly params: unknown
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly durationMs: number | null
  /** Who or what made it, cleared it, or ended it early. */
  readonly reason: string | null
  /** Number of the backfill that it belongs to. */
  readonly backfill: number | null
  readonly deadlineAt: string | null
  /** Whether it had not ended by then. */
  readonly deadlineMissed: boolean
  /** When it is given up; null unless it runs and has a timeout. */
  readonly timeoutAt: string | null
  readonly tasks: readonly TaskView[]
}

export interface TaskView {
  readonly task: string
  /** -1 for a task that is not mapped. */
  readonly mapIndex: number
  readonly state: string
  readonly reason: string | null
  /** Tries that its retry policy has counted; 0 before the first. */
  readonly tries: number
  readonly kind: string | null
  readonly queue: string
  /** Of the newest attempt: id of a container, or `process:<pid>`. */
  readonly container: string | null
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly durationMs: number | null
  readonly attempts: readonly AttemptView[]
}

export interface AttemptView {
  readonly attempt: string
  readonly fence: number
  readonly try: number
  readonly state: AttemptState
  readonly worker: string | null
  readonly container: string | null
  readonly image: string | null
  readonly imageDigest: string | null
  readonly exitCode: number | null
  readonly reason: string | null
  readonly detail: string | null
  readonly queuedAt: string | null
  readonly startedAt: string | null
  readonly finishedAt: string | null
  /** Null until the attempt has finished. */
  readonly log: { readonly bytes: number; readonly lines: number; readonly truncated: boolean } | null
  /** What it used, as far as its worker could see; sizes are bytes. Null while it runs, and where nothing could be seen. */
  readonly resources: Resources | null
  /** The pull of its image: how long the attempt waited for it, and what was downloaded. Null when there was none. */
  readonly pull: Pull | null
}

export interface RunRows {
  readonly run: RunRow
  readonly spec: DagSpec
  readonly instances: readonly TaskInstanceRow[]
  readonly attempts: readonly AttemptRow[]
}

export function viewRun({ run, spec, instances, attempts }: RunRows): RunView {
  const order = new Map(spec.tasks.map(({ id }, index) => [id, index]))
  const place = (row: TaskInstanceRow): number => order.get(row.task_id) ?? order.size
  const kinds = new Map(spec.tasks.map(({ id, kind }) => [id, kind]))
  const byInstance = new Map<number, AttemptRow[]>(instances.map(({ ti_id }) => [ti_id, []]))
  for (const attempt of attempts) byInstance.get(attempt.ti_id)?.push(attempt)
  return {
    dag: spec.dag, run: run.run_id, state: run.state, type: run.type,
    logicalDate: iso(run.logical_date), dataIntervalStart: iso(run.interval_start), dataIntervalEnd: iso(run.interval_end), params: JSON.parse(run.params) as unknown,
    startedAt: iso(run.started_at), endedAt: iso(run.ended_at), durationMs: spanOf(run.started_at, run.ended_at),
    reason: run.reason, backfill: run.backfill_key, deadlineAt: iso(run.deadline_at), deadlineMissed: missedDeadline(run), timeoutAt: iso(run.timeout_at),
    tasks: [...instances].sort((a, b) => place(a) - place(b) || a.map_index - b.map_index)
      .map(instance => viewTask(instance, kinds.get(instance.task_id) ?? null, byInstance.get(instance.ti_id) ?? [])),
  }
}

function viewTask(row: TaskInstanceRow, kind: string | null, attempts: readonly AttemptRow[]): TaskView {
  return {
    task: row.task_id, mapIndex: row.map_index, state: row.state, reason: row.reason,
    tries: Math.max(0, ...attempts.map(attempt => attempt.try_number)), kind, queue: row.queue, container: attempts.at(-1)?.container ?? null,
    startedAt: iso(row.started_at), endedAt: iso(row.ended_at), durationMs: spanOf(row.started_at, row.ended_at),
    attempts: attempts.map(viewAttempt),
  }
}

/** What is shown of an attempt. */
export const SHOWN_OF_ATTEMPT = [
  'ti_id', 'fence', 'try_number', 'state', 'worker_name', 'container', 'image', 'image_digest', 'exit_code', 'reason', 'detail', 'queued_at', 'started_at', 'finished_at',
  'log_bytes', 'log_lines', 'log_truncated', 'cpu_seconds', 'peak_memory', 'io_read', 'io_write', 'pull_ms', 'pull_bytes',
] as const satisfies readonly (keyof AttemptRow)[]
export type ShownAttempt = Pick<AttemptRow, (typeof SHOWN_OF_ATTEMPT)[number]>

export function viewAttempt(row: ShownAttempt): AttemptView {
  return {
    attempt: attemptId({ taskInstance: row.ti_id, fence: row.fence }), fence: row.fence, try: row.try_number, state: row.state, worker: row.worker_name,
    container: row.container, image: row.image, imageDigest: row.image_digest, exitCode: row.exit_code, reason: row.reason, detail: row.detail,
    queuedAt: iso(row.queued_at), startedAt: iso(row.started_at), finishedAt: iso(row.finished_at),
    log: row.log_bytes === null ? null : { bytes: row.log_bytes, lines: row.log_lines ?? 0, truncated: row.log_truncated === 1 },
    resources: resourcesOf(row), pull: row.pull_ms === null ? null : { ms: row.pull_ms, bytes: row.pull_bytes ?? 0 },
  }
}

function resourcesOf({ cpu_seconds: cpuSeconds, peak_memory: peakMemory, io_read: ioRead, io_write: ioWrite }: ShownAttempt): Resources | null {
  const resources = { cpuSeconds, peakMemory, ioRead, ioWrite }
  return Object.values(resources).every(value => value === null) ? null : resources
}

/** One that ended while no scheduler was there to tell of its deadline has missed it all the same. */
export const missedDeadline = ({ deadline_missed, deadline_at, ended_at, backfill_key }: RunRow): boolean =>
  deadline_missed !== 0 || (deadline_at !== null && ended_at !== null && ended_at > deadline_at && backfill_key === null)

export const spanOf = (from: number | null, to: number | null): number | null => (from === null || to === null ? null : Math.max(0, Math.round(to - from)))
