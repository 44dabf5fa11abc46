import { parseInstant } from '../time/iso.js'
import { type DAG_FIELDS } from './dag-fields.js'
import type { DagSpec, ScheduleSpec } from './model.js'
import type { FieldValues, Problems, Subject } from './problems.js'
import { parseSchedule } from './schedule.js'

export type DagValues = FieldValues<typeof DAG_FIELDS>

/** Everything of a DAG in canonical form but its tasks. */
export function completeDag(id: string, values: DagValues, subject: Subject, problems: Problems): Omit<DagSpec, 'tasks'> {
  const attempt = <T>(key: string, read: () => T, otherwise: T): T => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      problems.add(subject, [key], `'${key}' on ${subject.name} is wrong: ${error.message}`)
      return otherwise
    }
  }
  const timezone = values.timezone ?? 'UTC'
  const instant = (key: 'start' | 'end'): number | null => {
    const given = values[key] ?? null
    return typeof given === 'string' ? attempt(key, () => parseInstant(given, timezone), null) : given
  }
  const spec = {
    v: 2,
    dag: id,
    description: values.description ?? null,
    owner: values.owner ?? null,
    tags: values.tags ?? [],
    schedule: attempt<ScheduleSpec>('schedule', () => parseSchedule(values.schedule ?? null, id), { kind: 'none' }),
    timezone,
    start: instant('start'),
    end: instant('end'),
    catchup: values.catchup ?? false,
    maxActiveRuns: values.maxActiveRuns ?? 16,
    maxActiveTasks: values.maxActiveTasks ?? 16,
    deadline: values.deadline ?? null,
    timeout: values.timeout ?? null,
    params: values.params ?? {},
  } as const
  checkPeriod(spec, values, subject, problems)
  if (spec.schedule.kind !== 'none') {
    for (const [name, param] of Object.entries(spec.params)) {
      if (param.default === undefined) problems.add(subject, ['params', name], `param '${name}' on ${subject.name} needs a default: runs of a schedule are given no values`)
    }
  }
  return spec
}

type Period = Pick<DagSpec, 'start' | 'end' | 'schedule' | 'catchup'>

function checkPeriod({ start, end, schedule, catchup }: Period, values: DagValues, subject: Subject, problems: Problems): void {
  if (start !== null && end !== null && start >= end) problems.add(subject, ['end'], `'end' on ${subject.name} must be after its 'start'`)
  if (schedule.kind === 'assets' && catchup) {
    problems.add(subject, ['catchup'], `'catchup' on ${subject.name} has no meaning for a schedule on assets: there are no intervals to catch up with`)
    return
  }
  // A start that was given and is wrong has been reported already.
  if (values.start !== undefined && values.start !== null) return
  if (schedule.kind === 'once') problems.add(subject, ['schedule'], `schedule '@once' on ${subject.name} needs a 'start': the time of its only run`)
  if (catchup) problems.add(subject, ['catchup'], `'catchup' on ${subject.name} needs a 'start' to catch up from`)
}
