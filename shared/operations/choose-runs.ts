import type { Session } from '../database/database.js'
import { listRuns, type RunRow } from '../database/tables/dag-runs.js'
import { runsById, runsOfDates, unfinishedRuns } from '../database/tables/reruns.js'
import { LongshoreError } from '../errors.js'
import { didYouMean, type FoundDag } from './find.js'

/** Which runs of a DAG an operation is about. */
export type RunChoice =
  | { readonly kind: 'named'; readonly runs: readonly string[] }
  /** Logical dates, both ends included; null is open. */
  | { readonly kind: 'dates'; readonly from: number | null; readonly to: number | null }
  /** Everything that is queued or running. */
  | { readonly kind: 'unfinished' }

/** Runs that one operation takes: it holds the lock of each. */
export const MAX_RUNS = 5_000

/** @throws LongshoreError LS_RUN_NOT_FOUND, LS_USAGE, LS_TOO_MUCH_AT_ONCE */
export async function chooseRuns(session: Session, { row, spec }: FoundDag, choice: RunChoice): Promise<RunRow[]> {
  const found = await find(session, row.dag_key, choice)
  if (found.length > MAX_RUNS) throw new LongshoreError('LS_TOO_MUCH_AT_ONCE', `more than ${MAX_RUNS} runs of DAG '${spec.dag}' are meant`)
  if (choice.kind === 'named') {
    const known = new Set(found.map(({ run_id }) => run_id))
    const missing = choice.runs.find(id => !known.has(id))
    if (missing !== undefined) {
      const others = (await listRuns(session, { dagId: spec.dag, limit: 1_000 })).map(({ run_id }) => run_id)
      throw new LongshoreError('LS_RUN_NOT_FOUND', `DAG '${spec.dag}' has no run '${missing}'${didYouMean(missing, others)}`, { hint: `See \`longshore runs list --dag ${spec.dag}\`.` })
    }
  }
  return found
}

async function find(session: Session, dagKey: number, choice: RunChoice): Promise<RunRow[]> {
  switch (choice.kind) {
    case 'named': return runsById(session, dagKey, [...new Set(choice.runs)])
    case 'unfinished': return unfinishedRuns(session, dagKey, MAX_RUNS + 1)
    case 'dates': {
      const { from, to } = choice
      if (from !== null && to !== null && from > to) throw new LongshoreError('LS_USAGE', '--from is later than --to')
      return runsOfDates(session, dagKey, from ?? 0, to ?? Number.MAX_SAFE_INTEGER, MAX_RUNS + 1)
    }
  }
}
