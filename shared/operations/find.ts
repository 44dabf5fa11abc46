import type { Database, Session } from '../database/database.js'
import { findRun, listRuns, type RunRow } from '../database/tables/dag-runs.js'
import { readVersion } from '../database/tables/dag-versions.js'
import { findDag, listDags, type DagRow } from '../database/tables/dags.js'
import type { DagSpec } from '../dag/model.js'
import { LongshoreError } from '../errors.js'
import { suggest } from '../suggest.js'

/** Reads a version of a DAG by its key. They never change: whoever keeps them saves what parsing a large one takes. */
export type ReadVersion = (versionKey: number) => Promise<{ readonly number: number; readonly hash: string; readonly spec: DagSpec } | undefined>

export interface FoundDag {
  readonly row: DagRow
  readonly spec: DagSpec
  readonly version: number
  readonly hash: string
}

/** @throws LongshoreError LS_DAG_NOT_FOUND, with the id that was probably meant */
export async function mustFindDag(session: Session, dagId: string, read: ReadVersion = key => readVersion(session, key)): Promise<FoundDag> {
  const row = await findDag(session, dagId)
  const version = row === undefined || row.version_key === null ? undefined : await read(row.version_key)
  if (row === undefined || version === undefined) {
    throw new LongshoreError('LS_DAG_NOT_FOUND', `there is no DAG '${dagId}'${didYouMean(dagId, (await listDags(session)).map(({ dag_id }) => dag_id))}`)
  }
  return { row, spec: version.spec, version: version.number, hash: version.hash }
}

export interface FoundRun {
  readonly dag: DagRow
  readonly run: RunRow
  /** The version of the DAG that this run works by. */
  readonly spec: DagSpec
}

/** @throws LongshoreError LS_DAG_NOT_FOUND, LS_RUN_NOT_FOUND */
export async function mustFindRun(database: Database, dagId: string, runId: string, read: ReadVersion = key => readVersion(database, key)): Promise<FoundRun> {
  const { row } = await mustFindDag(database, dagId, read)
  const run = await findRun(database, row.dag_key, runId)
  const version = run && await read(run.version_key)
  if (run === undefined || version === undefined) {
    const others = (await listRuns(database, { dagId, limit: 1_000 })).map(({ run_id }) => run_id)
    throw new LongshoreError('LS_RUN_NOT_FOUND', `DAG '${dagId}' has no run '${runId}'${didYouMean(runId, others)}`, { hint: `See \`longshore runs list --dag ${dagId}\`.` })
  }
  return { dag: row, run, spec: version.spec }
}

export function didYouMean(word: string, candidates: Iterable<string>): string {
  const near = suggest(word, candidates)
  return near === null ? '' : `; did you mean '${near}'?`
}
