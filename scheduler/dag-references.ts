import type { DagProblem, DagSpec, DagVersion } from '../shared/dag/model.js'
import { referencesOf } from '../shared/dag/references.js'
import type { Session } from '../shared/database/database.js'
import { readSpecs } from '../shared/database/tables/dag-versions.js'
import { findActiveDags } from '../shared/database/tables/dags.js'
import { lockPools } from '../shared/database/tables/pools.js'

/** What there is that a DAG may name. */
export interface Known {
  readonly pools: ReadonlySet<string>
  /** The tasks of each DAG. */
  readonly dags: ReadonlyMap<string, ReadonlySet<string>>
}

export const hasReferences = ({ spec }: DagVersion): boolean => {
  const { dags, pools } = referencesOf(spec)
  return dags.length > 0 || pools.length > 0
}

/** Reads what there is of what these DAGs name. The pools stay until the transaction has ended. */
export async function readKnown(tx: Session, specs: readonly DagSpec[]): Promise<Known> {
  const references = specs.map(referencesOf)
  const pools = await lockPools(tx, [...new Set(references.flatMap(({ pools: named }) => named.map(({ pool }) => pool)))])
  const named = references.flatMap(({ dags }) => dags)
  const rows = await findActiveDags(tx, [...new Set(named.map(({ dag }) => dag))])
  const withTasks = new Set(named.filter(({ task }) => task !== null).map(({ dag }) => dag))
  const stored = await readSpecs(tx, rows.filter(({ dag_id }) => withTasks.has(dag_id)).map(({ version_key }) => version_key))
  return { pools, dags: new Map(rows.map(row => [row.dag_id, tasksOf(stored.get(row.version_key))])) }
}

const tasksOf = (spec: DagSpec | undefined): ReadonlySet<string> => new Set(spec?.tasks.map(({ id }) => id))

/** The same, and these DAGs besides, which will be stored together. */
export const withDags = ({ pools, dags }: Known, more: Iterable<DagVersion>): Known =>
  ({ pools, dags: new Map([...dags, ...[...more].map(({ spec }) => [spec.dag, tasksOf(spec)] as const)]) })

/**
 * What the DAGs of these files name and is nowhere; files that are left out of the answer can be stored. They count for each
 * other, so that neither the order of files matters nor whether they name one another, but one that cannot be stored counts
 * for nobody.
 */
export function unmetReferences(files: ReadonlyMap<string, readonly DagVersion[]>, known: Known): Map<string, readonly DagProblem[]> {
  const unmet = new Map<string, readonly DagProblem[]>()
  for (;;) {
    const rest = [...files].filter(([file]) => !unmet.has(file))
    const all = withDags(known, rest.flatMap(([, dags]) => dags))
    const refused = rest.map(([file, dags]) => [file, dags.flatMap(({ spec }) => problemsOf(file, spec, all))] as const).filter(([, problems]) => problems.length > 0)
    if (refused.length === 0) return unmet
    for (const [file, problems] of refused) unmet.set(file, problems)
  }
}

export function problemsOf(file: string, spec: DagSpec, known: Known): DagProblem[] {
  const { dags, pools } = referencesOf(spec)
  const problem = (task: string, message: string): DagProblem => ({ file, line: null, column: null, dag: spec.dag, task, message: `task '${task}' ${message}` })
  const starts = new Set(spec.tasks.filter(({ trigger }) => trigger !== null).map(({ id }) => id))
  return [
    ...pools.filter(({ pool }) => !known.pools.has(pool))
      .map(({ pool, task }) => problem(task, `takes slots of pool '${pool}', which does not exist; make it with \`longshore pools set ${pool} --slots N\``)),
    ...dags.flatMap(({ dag, task, taskOfOurs }) => {
      const tasks = known.dags.get(dag)
      if (tasks === undefined) return [problem(taskOfOurs, `${starts.has(taskOfOurs) ? 'starts' : 'waits for'} DAG '${dag}', which no DAG file defines; this file is taken as soon as one does`)]
      if (task !== null && !tasks.has(task)) return [problem(taskOfOurs, `waits for task '${task}' of DAG '${dag}', which has no such task; see \`longshore dags show ${dag}\``)]
      return []
    }),
  ]
}
