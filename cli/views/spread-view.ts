import type { Database } from '../../shared/database/database.js'
import { readSpecs } from '../../shared/database/tables/dag-versions.js'
import { listDags } from '../../shared/database/tables/dags.js'
import { spreadOf, withHashedTimes, type ScheduledDag, type Spread } from '../../shared/time/spread.js'
import { iso } from '../output/time.js'

/** Task starts over a day as they are, and as they would be with `H` instead of fixed minutes and hours. */
export interface SpreadComparison {
  readonly from: number
  readonly dags: readonly ScheduledDag[]
  readonly before: Spread
  readonly after: Spread
}

export function compareSpread(dags: readonly ScheduledDag[], from: number): SpreadComparison {
  return { from, dags, before: spreadOf(dags, from), after: spreadOf(dags.map(withHashedTimes), from) }
}

/** The DAGs that make runs by themselves now, those only whose id matches. */
export async function readScheduledDags(database: Database, matches: (dag: string) => boolean): Promise<ScheduledDag[]> {
  const rows = (await listDags(database)).filter(row => row.is_paused === 0 && row.version_key !== null && matches(row.dag_id))
  const specs = await readSpecs(database, rows.map(({ version_key }) => version_key))
  return [...specs.values()].map(({ dag, tasks, schedule, timezone, start, end, catchup }) => ({ dag, tasks: tasks.length, schedule, timezone, start, end, catchup }))
    .sort((a, b) => a.dag.localeCompare(b.dag, 'en'))
}

/** As `--json` prints it; docs/cli.md. */
export const spreadView = ({ from, dags, before, after }: SpreadComparison) => ({
  from: iso(from), slotMinutes: 10, dags: dags.length, before: sideView(before), after: sideView(after),
})

const sideView = ({ slots, total, peak }: Spread) => ({ slots, total, peak: peak && { ...peak, at: iso(peak.at) } })
