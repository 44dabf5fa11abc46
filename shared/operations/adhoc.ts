import { randomBytes } from 'node:crypto'
import { Presence } from '../broker/presence.js'
import { tryRedis } from '../broker/try-redis.js'
import type { Config } from '../config/schema.js'
import { now, type Database } from '../database/database.js'
import { findRun, insertRuns, type RunRow } from '../database/tables/dag-runs.js'
import { ensureVersion } from '../database/tables/dag-versions.js'
import { lockDag, updateDag } from '../database/tables/dags.js'
import { ensureQueues, listQueues } from '../database/tables/queues.js'
import { LongshoreError } from '../errors.js'
import { RunType } from '../states/run.js'
import { ADHOC_DAG, ADHOC_FILE, adhocVersion, type AdhocTask } from './adhoc-spec.js'
import { didYouMean } from './find.js'

export interface SubmittedAdhoc {
  readonly dag: string
  readonly run: string
  readonly runKey: number
  readonly task: string
}

/**
 * Makes a run of one task that belongs to no DAG, for a scheduler to start.
 * @throws LongshoreError LS_USAGE, LS_QUEUE_NOT_FOUND
 */
export async function submitAdhoc(database: Database, config: Pick<Config, 'redisUrl' | 'redisPrefix'>, task: AdhocTask, by: string): Promise<SubmittedAdhoc> {
  const version = adhocVersion(task)
  await refuseUnknownQueue(database, config, task.queue)
  return database.transact('submit-adhoc', async tx => {
    const dag = await lockDag(tx, version.spec, ADHOC_FILE)
    const versionKey = await ensureVersion(tx, dag.dag_key, version)
    if (dag.version_key === null || dag.is_active === 0) await updateDag(tx, dag.dag_key, versionKey, version.spec, ADHOC_FILE, null)
    await ensureQueues(tx, [task.queue])
    const time = await now(tx)
    const runId = `adhoc__${new Date(time).toISOString()}__${randomBytes(4).toString('hex')}`
    await insertRuns(tx, [{
      dag_key: dag.dag_key, version_key: versionKey, run_id: runId, type: RunType.manual, logical_date: time, interval_start: time, interval_end: time,
      scheduled_for: null, params: '{}', due_at: time, reason: `run by ${by}`,
    }])
    const { run_key: runKey } = await findRun(tx, dag.dag_key, runId) as RunRow
    return { dag: ADHOC_DAG, run: runId, runKey, task: task.name }
  })
}

/** A queue that nobody has ever heard of is a typing error, and its task would wait for ever. */
async function refuseUnknownQueue(database: Database, { redisUrl, redisPrefix }: Pick<Config, 'redisUrl' | 'redisPrefix'>, queue: string): Promise<void> {
  const known = (await listQueues(database)).map(({ name }) => name)
  if (known.includes(queue)) return
  let isServed = false
  await tryRedis(redisUrl, async redis => { isServed = (await new Presence(redis, redisPrefix).read(queue)).workers.length > 0 })
  if (isServed) return
  throw new LongshoreError('LS_QUEUE_NOT_FOUND', `no DAG names a queue '${queue}' and no worker serves it${didYouMean(queue, known)}`, {
    hint: `Choose one of \`longshore queues list\`, or start a worker for it first: \`longshore worker --queues ${queue}\`.`,
  })
}
