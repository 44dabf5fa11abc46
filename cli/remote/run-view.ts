import type { DagSpec } from '../../shared/dag/model.js'
import type { AttemptView, RunView, TaskView } from '../../shared/views/run-view.js'
import type { components } from '../../web/client/schema.js'

type Run = components['schemas']['Run']
type TaskItem = components['schemas']['TaskItem']

/** A run in the order of its tasks, from what the API tells in several answers. Pure. */
export function runView(run: Run, spec: DagSpec, items: readonly TaskItem[], attemptsOf: (item: TaskItem) => readonly AttemptView[]): RunView {
  const order = new Map(spec.tasks.map(({ id }, index) => [id, index]))
  const place = ({ task }: TaskItem): number => order.get(task) ?? order.size
  const { dag, run: name, state, type, logicalDate, dataIntervalStart, dataIntervalEnd, params, startedAt, endedAt, durationMs, reason, backfill, deadlineAt, deadlineMissed, timeoutAt } = run
  return {
    dag, run: name, state, type, logicalDate, dataIntervalStart, dataIntervalEnd, params, startedAt, endedAt, durationMs, reason, backfill, deadlineAt, deadlineMissed, timeoutAt,
    tasks: [...items].sort((a, b) => place(a) - place(b) || a.mapIndex - b.mapIndex).map(item => taskView(item, attemptsOf(item))),
  }
}

function taskView({ task, mapIndex, state, reason, kind, queue, container, startedAt, endedAt, durationMs }: TaskItem, attempts: readonly AttemptView[]): TaskView {
  return { task, mapIndex, state, reason, tries: Math.max(0, ...attempts.map(attempt => attempt.try)), kind, queue, container, startedAt, endedAt, durationMs, attempts }
}
