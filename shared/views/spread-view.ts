import { now, type Database } from '../database/database.js'
import { readSpecs } from '../database/tables/dag-versions.js'
import { listDags } from '../database/tables/dags.js'
import { LongshoreError } from '../errors.js'
import { slotOf, spreadOf, withHashedTimes, type ScheduledDag, type Spread } from '../time/spread.js'
import { scheduleText } from './schedule-text.js'

export interface SpreadQuestion {
  /** Of which DAGs, with `*` as a wildcard; null: of all. */
  readonly pattern: string | null
  /** Whether the one who asks may know of a DAG. */
  readonly sees: (dag: string) => boolean
}

/**
 * Task starts over the next day as they are, and as they would be with `H` instead of fixed minutes and hours.
 * @throws LongshoreError LS_DAG_NOT_FOUND when no DAG matches
 */
export async function readSpread(database: Database, { pattern, sees }: SpreadQuestion): Promise<SpreadView> {
  const matches = matcher(pattern ?? '*')
  const rows = (await listDags(database)).filter(({ dag_id }) => matches(dag_id) && sees(dag_id))
  if (pattern !== null && rows.length === 0) throw new LongshoreError('LS_DAG_NOT_FOUND', `there is no DAG whose id matches '${pattern}'`)
  const specs = await readSpecs(database, rows.filter(row => row.is_paused === 0 && row.version_key !== null).map(({ version_key }) => version_key))
  const dags = [...specs.values()].map(({ dag, tasks, schedule, timezone, start, end, catchup }) => ({ dag, tasks: tasks.length, schedule, timezone, start, end, catchup }))
    .sort((a, b) => a.dag.localeCompare(b.dag, 'en'))
  return viewSpread(dags, slotOf(await now(database)))
}

/** From left to right, the first place that fits: unlike an expression it cannot be made to try for ever. */
function matcher(pattern: string): (dag: string) => boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return dag => dag === pattern
  return dag => {
    if (!dag.startsWith(first) || dag.length < first.length + last.length || !dag.endsWith(last)) return false
    const middle = dag.slice(first.length, dag.length - last.length)
    let at = 0
    return rest.every(part => {
      const found = middle.indexOf(part, at)
      at = found + part.length
      return found >= 0
    })
  }
}

const time = (instant: number): string => new Date(instant).toISOString()

/** As `--json` and the API show it. Documented in docs/cli.md: fields are added, never changed. Pure. */
export function viewSpread(dags: readonly ScheduledDag[], from: number) {
  const schedules = new Map(dags.map(({ dag, schedule }) => [dag, scheduleText(schedule)]))
  const side = ({ slots, total, peak }: Spread) => ({
    slots, total, peak: peak && { at: time(peak.at), tasks: peak.tasks, dags: peak.dags.map(({ dag, tasks }) => ({ dag, tasks, schedule: schedules.get(dag) ?? null })) },
  })
  return { from: time(from), slotMinutes: 10, dags: dags.length, before: side(spreadOf(dags, from)), after: side(spreadOf(dags.map(withHashedTimes), from)) }
}

export type SpreadView = ReturnType<typeof viewSpread>
export type SpreadSideView = SpreadView['before']
