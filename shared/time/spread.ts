import type { ScheduleSpec } from '../dag/model.js'
import { resolveCron } from './cron-expression.js'
import { timetableOf, type TimetableRun, type TimetableSpec } from './timetable.js'

export const SLOT = 600_000
const DAY = 86_400_000
export const SLOTS = DAY / SLOT

export interface ScheduledDag extends TimetableSpec {
  readonly dag: string
  /** What each of its runs adds to the slot in which it is due. */
  readonly tasks: number
}

/** Task starts per ten minutes over a day, supposing that everything starts when its run is due. */
export interface Spread {
  readonly slots: readonly number[]
  readonly total: number
  /** The first of the fullest slots; null when nothing is due. */
  readonly peak: { readonly at: number; readonly tasks: number; readonly dags: readonly { readonly dag: string; readonly tasks: number }[] } | null
}

/** The beginning of the ten minutes in which an instant lies. */
export const slotOf = (instant: number): number => Math.floor(instant / SLOT) * SLOT

/** @param from beginning of the day, on a boundary of ten minutes */
export function spreadOf(dags: readonly ScheduledDag[], from: number): Spread {
  const slots = new Array<number>(SLOTS).fill(0)
  const runsOf = remember(from)
  const starts = dags.map(dag => ({ dag, runs: runsOf(dag) }))
  for (const { dag, runs } of starts) for (const { dueAt } of runs) slots[(slotOf(dueAt) - from) / SLOT]! += dag.tasks
  const tasks = Math.max(...slots)
  if (tasks === 0) return { slots, total: 0, peak: null }
  const at = from + slots.indexOf(tasks) * SLOT
  const inPeak = starts.map(({ dag, runs }) => ({ dag: dag.dag, tasks: dag.tasks * runs.filter(({ dueAt }) => slotOf(dueAt) === at).length }))
  return {
    slots, total: slots.reduce((sum, slot) => sum + slot, 0),
    peak: { at, tasks, dags: inPeak.filter(dag => dag.tasks > 0).sort((a, b) => b.tasks - a.tasks || a.dag.localeCompare(b.dag, 'en')) },
  }
}

/** The runs of a DAG that are due on the day from `from` on. Generated DAGs have few schedules between them, and each is worked out once. */
function remember(from: number): (dag: ScheduledDag) => readonly TimetableRun[] {
  const known = new Map<string, readonly TimetableRun[]>()
  return ({ schedule, timezone, start, end }) => {
    // The start of a cron schedule moves no boundary, so DAGs that differ in it share one entry.
    const anchor = schedule.kind === 'cron' ? null : start
    const key = JSON.stringify([schedule, timezone, anchor])
    let runs = known.get(key)
    if (runs === undefined) known.set(key, (runs = runsBetween({ schedule, timezone, start: anchor, end: null, catchup: false }, from, from + DAY)))
    return runs.filter(({ dataIntervalStart }) => dataIntervalStart >= (start ?? -Infinity) && dataIntervalStart <= (end ?? Infinity))
  }
}

function runsBetween(spec: TimetableSpec, from: number, to: number): TimetableRun[] {
  const { next } = timetableOf(spec)
  const runs: TimetableRun[] = []
  for (let run = next(null, from - 1); run !== null && run.dueAt < to; run = next(run, from - 1)) if (run.dueAt >= from) runs.push(run)
  return runs
}

/**
 * The DAG as it would be with `H` instead of a fixed minute, and instead of the fixed hour beside it. A minute that is
 * this DAG's `H` already stays, and so does the hour that its author chose for it. So do the hours of several expressions,
 * which would all become the same one.
 */
export function withHashedTimes<Dag extends ScheduledDag>(dag: Dag): Dag {
  if (dag.schedule.kind !== 'cron') return dag
  const { expressions: written } = dag.schedule
  const expressions = written.map(expression => hashed(expression, dag.dag, written.length === 1))
  return { ...dag, schedule: { kind: 'cron', expressions } satisfies ScheduleSpec }
}

function hashed(expression: string, seed: string, isAlone: boolean): string {
  const [minute, hour, ...days] = expression.split(' ') as [string, string, ...string[]]
  if (!isOneNumber(minute)) return expression
  const spread = resolveCron(['H', isAlone && isOneNumber(hour) ? 'H' : hour, ...days].join(' '), seed)
  return spread.split(' ')[0] === minute ? expression : spread
}

const isOneNumber = (field: string): boolean => /^\d+$/.test(field)
