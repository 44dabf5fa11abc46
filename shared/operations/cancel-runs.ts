import type { Database, Session } from '../database/database.js'
import { lockRuns, type RunRow } from '../database/tables/dag-runs.js'
import { LongshoreError } from '../errors.js'
import { runsChanged } from '../live/changes.js'
import { tellChanges } from '../live/tell-changes.js'
import { Specs } from '../planning/specs.js'
import { UNFINISHED_RUN_STATES, WantedRunState, type RunState } from '../states/run.js'
import { cancelAttempts, type Broker } from './cancel-attempts.js'
import { cancelOpen, openTouches } from './cancel.js'
import { chooseRuns, type RunChoice } from './choose-runs.js'
import { mustFindDag } from './find.js'
import { MAX_TOUCHES, takeBack, touchedTasks, type Performed } from './perform.js'
import { isWish, type Touch } from './run-change.js'
import { settleChange } from './settle-change.js'

export interface CancelRunsRequest {
  readonly dag: string
  readonly runs: RunChoice
  readonly dryRun: boolean
  readonly by: string
}

/**
 * Cancels the runs of a DAG that are chosen and have not ended, in one transaction.
 * @throws LongshoreError LS_DAG_NOT_FOUND, LS_RUN_NOT_FOUND, LS_TOO_MUCH_AT_ONCE
 */
export async function cancelRunsOf(database: Database, broker: Broker, { dag, runs, dryRun, by }: CancelRunsRequest): Promise<Performed> {
  const found = await mustFindDag(database, dag)
  const chosen = (await chooseRuns(database, found, runs)).filter(isUnfinished)
  const keys = chosen.map(({ run_key }) => run_key)
  const reason = `cancelled by ${by}`
  const touches = dryRun ? await database.transact('plan-cancel-runs', tx => look(tx, keys, reason)) : await cancelRuns(database, broker, keys, { by, reason })
  if (!dryRun) await tellChanges(broker, runsChanged(dag, chosen.map(({ run_id }) => run_id)))
  return performed(dag, chosen, touches)
}

export interface CancelRuns {
  readonly by: string | null
  /** Instead of `cancelled by …`. */
  readonly reason?: string | null
}

/** Cancels those of these runs that have not ended, in one transaction, and tells the workers. */
export async function cancelRuns(database: Database, broker: Broker, runKeys: readonly number[], { by, reason }: CancelRuns): Promise<readonly Touch[]> {
  if (runKeys.length === 0) return []
  const why = reason ?? `cancelled${by === null ? '' : ` by ${by}`}`
  const held = (await database.transact('plan-cancel-runs', tx => look(tx, runKeys, why))).filter(isWish).map(({ row }) => row)
  const fenced = await takeBack(database, broker, held)
  const { touches, tell } = await database.transact('cancel-runs', async tx => {
    const runs = [...(await lockRuns(tx, runKeys)).values()]
    const cancelled = await cancelOpen(tx, runs, { reason: why, wantedRun: WantedRunState.cancelled, fenced })
    await settleChange(tx, new Specs(), cancelled.change)
    return cancelled
  })
  await cancelAttempts(broker, tell)
  return touches
}

async function look(tx: Session, runKeys: readonly number[], reason: string): Promise<Touch[]> {
  const runs = [...(await lockRuns(tx, runKeys)).values()].filter(isUnfinished)
  const touches = await openTouches(tx, runs, reason, new Set())
  if (touches.length > MAX_TOUCHES) throw new LongshoreError('LS_TOO_MUCH_AT_ONCE', `more than ${MAX_TOUCHES} task instances are meant`)
  return touches
}

const isUnfinished = ({ state }: RunRow): boolean => (UNFINISHED_RUN_STATES as readonly RunState[]).includes(state)

function performed(dag: string, runs: readonly RunRow[], touches: readonly Touch[]): Performed {
  const byRun = new Map<number, Touch[]>(runs.map(({ run_key }) => [run_key, []]))
  for (const touch of touches) byRun.get(touch.row.run_key)?.push(touch)
  return { dag, runs: runs.map(({ run_id }) => run_id), tasks: runs.flatMap(run => touchedTasks({ run, touches: byRun.get(run.run_key) ?? [], added: [] })) }
}
