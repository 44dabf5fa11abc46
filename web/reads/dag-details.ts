import type { DagProblem } from '../../shared/dag/model.js'
import { formatDuration } from '../../shared/time/duration.js'
import { iso } from '../../shared/time/iso.js'
import { scheduleText } from '../../shared/views/schedule-text.js'
import type { Dag } from '../schemas/dag.js'
import type { DagFound } from './finder.js'

/** Pure. */
export function viewDagDetails({ row, version: { number, hash, spec } }: DagFound, versions: number, problems: readonly DagProblem[]): Dag {
  const { deadline } = spec
  return {
    dag: row.dag_id, version: number, versions, hash, file: row.file, active: row.is_active !== 0, paused: row.is_paused !== 0,
    description: spec.description, owner: spec.owner, tags: spec.tags, schedule: scheduleText(spec.schedule), timezone: spec.timezone,
    start: iso(spec.start), end: iso(spec.end), catchup: spec.catchup, maxActiveRuns: spec.maxActiveRuns, maxActiveTasks: spec.maxActiveTasks, timeoutMs: spec.timeout,
    deadline: deadline === null ? null : deadline.kind === 'after' ? formatDuration(deadline.delay) : `${String(deadline.hour).padStart(2, '0')}:${String(deadline.minute).padStart(2, '0')}`,
    nextRun: row.is_paused !== 0 ? null : iso(row.next_due_at), tasks: spec.tasks.length, params: Object.fromEntries(Object.entries(spec.params).map(([name, param]) => [name, { ...param }])),
    problems: problems.map(({ line, message }) => (line === null ? message : `line ${line}: ${message}`)),
  }
}
