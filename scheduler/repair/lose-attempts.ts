import { now } from '../../shared/database/database.js'
import { readAttempts, updateAttempts, type AttemptRow, type AttemptUpdate } from '../../shared/database/tables/attempts.js'
import { lockRuns, type RunRow } from '../../shared/database/tables/dag-runs.js'
import { readTaskInstances, runsOfTaskInstances, unchanged, type TaskInstanceRow, type Transition } from '../../shared/database/tables/task-instances.js'
import type { Session } from '../../shared/database/database.js'
import { graphOf } from '../../shared/dag/graph.js'
import { attemptId, type AttemptId } from '../../shared/protocol/attempt-id.js'
import { ACTIVE_ATTEMPT_STATES, AttemptState, INFRASTRUCTURE_BUDGET } from '../../shared/states/attempt.js'
import { isActive, TaskState } from '../../shared/states/task-instance.js'
import { clearedBy, type Work } from '../advance.js'
import { retryDelay } from '../plan/backoff.js'
import { settleWanted } from '../plan/wanted.js'
import type { Specs } from '../../shared/planning/specs.js'

/** Why an attempt is given up, and at whose expense. */
export const Loss = {
  /** Its worker's lease expired: an infrastructure loss, scheduled again at once. */
  leaseExpired: { why: 'the lease of its worker expired', charge: 'infrastructure' },
  /** Redis lost the job before any worker had it: nobody's fault. */
  jobLost: { why: 'Redis lost its job', charge: 'nobody' },
  /** A worker took the job and vanished before it claimed it. */
  neverClaimed: { why: 'a worker took its job and never claimed it', charge: 'infrastructure' },
  /** It did not start within its startTimeout: a failed try, as in Airflow. */
  startTimeout: { why: 'it did not start within its startTimeout', charge: 'try' },
  /** A person wanted something else of its task instance, and it was taken back before any worker had it: nobody's fault. */
  takenBack: { why: 'it was taken back before a worker had it', charge: 'nobody' },
} as const
export type Loss = (typeof Loss)[keyof typeof Loss]

export interface LostAttempts {
  readonly change: Work
  readonly lost: readonly { readonly attempt: AttemptId; readonly queue: string }[]
}

/** Gives up attempts that are still active: marks them lost, so that every later message from them is stale, and sends their task instances on. */
export async function loseAttempts(tx: Session, specs: Specs, candidates: readonly AttemptRow[], loss: Loss): Promise<LostAttempts> {
  const refs = candidates.map(({ ti_id, fence }) => ({ taskInstance: ti_id, fence }))
  const runOf = await runsOfTaskInstances(tx, refs.map(({ taskInstance }) => taskInstance))
  const runs = await lockRuns(tx, [...runOf.values()])
  const instances = await readTaskInstances(tx, refs.map(({ taskInstance }) => taskInstance))
  const current = await readAttempts(tx, refs)
  // They were judged before the locks were held: one that has moved since is not the one that was judged.
  const active = candidates.filter(({ ti_id, fence, state, last_seq }) => {
    const row = current.get(`${ti_id}.${fence}`)
    return row !== undefined && row.state === state && row.last_seq === last_seq && (ACTIVE_ATTEMPT_STATES as readonly AttemptState[]).includes(row.state)
  })
  const time = await now(tx)

  const transitions: Transition[] = []
  for (const attempt of active) {
    const instance = instances.get(attempt.ti_id)
    if (instance === undefined || instance.fence !== attempt.fence || !isActive(instance.state)) continue
    transitions.push(settleWanted(instance, await transitionOf(tx, specs, runs, instance, loss, time)))
  }
  await updateAttempts(tx, active.map(attempt => lostUpdate(attempt, loss)))
  return {
    change: { transitions, runs, touched: clearedBy(transitions), dispatch: false },
    lost: active.map(({ ti_id, fence, queue }) => ({ attempt: attemptId({ taskInstance: ti_id, fence }), queue })),
  }
}

async function transitionOf(tx: Session, specs: Specs, runs: ReadonlyMap<number, RunRow>, instance: TaskInstanceRow, { why, charge }: Loss, time: number): Promise<Transition> {
  const base = { ...unchanged(instance), due_at: null }
  switch (charge) {
    case 'nobody': return { ...base, state: TaskState.scheduled, reason: why }
    case 'infrastructure': {
      const infra_losses = instance.infra_losses + 1
      if (infra_losses <= INFRASTRUCTURE_BUDGET) return { ...base, infra_losses, state: TaskState.scheduled, reason: why }
      return { ...base, infra_losses, state: TaskState.failed, reason: `${why}; ${infra_losses} infrastructure losses, the limit is ${INFRASTRUCTURE_BUDGET}` }
    }
    case 'try': {
      const run = runs.get(instance.run_key)
      const spec = run === undefined ? undefined : (await specs.get(tx, [run.version_key])).get(run.version_key)
      const task = spec === undefined ? undefined : graphOf(spec).tasks.get(instance.task_id)
      if (task === undefined || instance.try_number > task.retries) return { ...base, state: TaskState.failed, reason: why }
      return { ...base, state: TaskState.upForRetry, reason: why, try_number: instance.try_number + 1, due_at: time + retryDelay(task, instance.try_number, instance.ti_id) }
    }
  }
}

function lostUpdate(attempt: AttemptRow, { why }: Loss): AttemptUpdate {
  return {
    ti_id: attempt.ti_id, fence: attempt.fence, fromSeq: attempt.last_seq, state: AttemptState.lost, lastSeq: attempt.last_seq, claimed: false, ended: true,
    workerId: null, workerName: null, container: null, imageDigest: null, startedAt: null, finishedAt: null, exitCode: null, reason: AttemptState.lost, detail: why,
    logBytes: null, logLines: null, logTruncated: null, resources: null, pull: null,
  }
}
