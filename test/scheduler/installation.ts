import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { Registry } from 'prom-client'
import { onTestFinished } from 'vitest'
import { evaluateFolder } from '../../scheduler/dag-processor/evaluate-folder.js'
import { EvaluatorPool, type Evaluators } from '../../scheduler/dag-processor/evaluator-pool.js'
import { Scheduler } from '../../scheduler/scheduler.js'
import { commandOptions, openRedis } from '../../shared/broker/redis.js'
import type { EvaluateFolder } from '../../shared/bundles/inspect.js'
import { wakeChannel } from '../../shared/protocol/keys.js'
import { loadConfig } from '../../shared/config/load.js'
import type { Config, ConfigKey } from '../../shared/config/schema.js'
import { Database } from '../../shared/database/database.js'
import { migrate } from '../../shared/database/migrate.js'
import { attemptsOfTaskInstance, type AttemptRow } from '../../shared/database/tables/attempts.js'
import { findDag } from '../../shared/database/tables/dags.js'
import { findRun, insertRuns, listRuns, type RunListRow } from '../../shared/database/tables/dag-runs.js'
import { taskInstancesOfRun, type TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { createLog } from '../../shared/log.js'
import { atEnd } from '../harness/cleanup.js'
import { createDatabase } from '../harness/mariadb.js'
import { startRedis, type RedisServer } from '../harness/redis.js'
import { tempDir } from '../harness/temp-dir.js'
import { until, type UntilOptions } from '../harness/wait.js'
import { ScriptedWorker, type ScriptedWorkerOptions } from './scripted-worker.js'

export type Dialect = 'mysql' | 'sqlite'
export const DIALECTS: readonly Dialect[] = ['mysql', 'sqlite']

/** Short times, so that tests wait for what happens and not for a timer. */
const QUICK = { requireSignatures: false, epochEvery: 100, recoveryGrace: 1_000, reconcileEvery: 300, enqueueGrace: 200, leaseRenewEvery: 200, selfFenceAfter: 1_000, leaseTtl: 1_500, logLevel: process.env['TEST_LOG'] ?? 'warn' }

let pool: EvaluatorPool | undefined

/** One pool for all schedulers of a test file, which outlives them: starting its processes takes longer than most tests. */
function sharedPool({ dagTimeout, dagMemory }: Config): EvaluatorPool {
  if (pool === undefined) {
    pool = new EvaluatorPool({ size: 2, timeoutMs: dagTimeout, memoryBytes: dagMemory })
    atEnd(() => pool?.stop())
  }
  return pool
}

/** Evaluates what is deployed, with the same processes. */
export const sharedFolderEvaluator = (config: Config): EvaluateFolder => folder => evaluateFolder(folder, file => sharedPool(config).evaluate(file))

function sharedEvaluators(config: Config): Evaluators {
  const shared = sharedPool(config)
  return { name: 'evaluators', start: () => Promise.resolve(), stop: () => Promise.resolve(), evaluate: file => shared.evaluate(file) }
}

let prepared: Promise<string> | undefined

/** A migrated database on MariaDB. The next one is made while the test runs that takes this one. */
function migratedDatabase(): Promise<string> {
  const make = async (): Promise<string> => {
    const { url } = await createDatabase()
    const database = new Database(url, 4)
    try {
      await migrate(database)
    } finally {
      await database.close()
    }
    return url
  }
  const taken = prepared ?? make()
  const next = prepared = taken.then(make, make)
  next.catch(() => {})
  atEnd(async () => { await next.catch(() => {}) })
  return taken
}

/** A database, a Redis and a folder of DAGs; schedulers and workers are added by the test. */
export class Installation {
  #servers: { stop(): Promise<void> }[] = []
  readonly #redis: Redis

  private constructor(readonly database: Database, readonly databaseUrl: string, readonly redis: RedisServer, readonly dags: string) {
    this.#redis = openRedis(commandOptions(redis.url))
  }

  static async create(dialect: Dialect): Promise<Installation> {
    const redis = await startRedis()
    const databaseUrl = dialect === 'mysql' ? await migratedDatabase() : `sqlite:${join(tempDir('sqlite'), 'test.db')}`
    const database = new Database(databaseUrl, 4)
    await migrate(database)
    const installation = new Installation(database, databaseUrl, redis, tempDir('dags'))
    onTestFinished(async () => { await installation.stop() })
    return installation
  }

  config(more: Partial<Record<ConfigKey, unknown>> = {}) {
    return loadConfig({
      file: 'none', fileRequired: false, environment: {},
      flags: { ...QUICK, databaseUrl: this.databaseUrl, redisUrl: this.redis.url, dagsDir: this.dags, stateDir: tempDir('state'), ...more },
    }).config
  }

  async scheduler(more: Partial<Record<ConfigKey, unknown>> = {}): Promise<Scheduler> {
    const config = this.config(more)
    const scheduler = new Scheduler({ config, log: createLog(config.logLevel, 'scheduler'), registry: new Registry(), evaluators: sharedEvaluators(config) })
    await scheduler.start()
    this.#servers.push(scheduler)
    return scheduler
  }

  worker(options: Partial<ScriptedWorkerOptions> = {}): ScriptedWorker {
    const worker = new ScriptedWorker({ redisUrl: this.redis.url, queue: 'default', answer: () => ({}), ...options })
    this.#servers.push(worker)
    return worker
  }

  /** Writes a DAG file and waits until it is in force. */
  async dag(yaml: string): Promise<string> {
    const id = /^dag: (\S+)/m.exec(yaml)?.[1] as string
    const before = (await findDag(this.database, id))?.version_key
    writeFileSync(join(this.dags, `${id}.yaml`), yaml)
    await until(async () => { const row = await findDag(this.database, id); return row?.version_key != null && row.version_key !== before }, { describe: `DAG ${id}` })
    return id
  }

  async trigger(dagId: string, runId = 'manual'): Promise<void> {
    const dag = await until(() => findDag(this.database, dagId))
    const now = Date.now()
    await this.database.transact('trigger', tx => insertRuns(tx, [{
      dag_key: dag.dag_key, version_key: dag.version_key, run_id: runId, type: 'manual', logical_date: now, interval_start: now, interval_end: now, scheduled_for: null, params: '{}', due_at: now,
    }]))
    await this.#redis.publish(wakeChannel('longshore'), 'runs')
  }

  async run(dagId: string, runId = 'manual'): Promise<RunListRow | undefined> {
    return (await listRuns(this.database, { dagId, limit: 1_000 })).find(run => run.run_id === runId)
  }

  /** Waits until a run has ended and gives its task instances by task id. */
  async ended(dagId: string, runId = 'manual', options: UntilOptions = {}): Promise<{ readonly state: string; readonly tasks: Record<string, TaskInstanceRow> }> {
    const run = await until(async () => {
      const found = await this.run(dagId, runId)
      return found !== undefined && found.ended_at !== null ? found : undefined
    }, { timeout: 20_000, describe: `end of ${dagId} ${runId}`, ...options })
    return { state: run.state, tasks: await this.tasks(dagId, runId) }
  }

  async tasks(dagId: string, runId = 'manual'): Promise<Record<string, TaskInstanceRow>> {
    const dag = await findDag(this.database, dagId)
    const run = await findRun(this.database, dag?.dag_key ?? 0, runId)
    return Object.fromEntries((await taskInstancesOfRun(this.database, run?.run_key ?? 0)).map(row => [row.task_id, row]))
  }

  attempts(task: TaskInstanceRow | undefined): Promise<AttemptRow[]> {
    return attemptsOfTaskInstance(this.database, task?.ti_id ?? 0)
  }

  /** Connections that wait for more of one stream, as those do that follow a log. */
  async subscriptions(): Promise<number> {
    return (await this.#redis.client('LIST') as string).split('\n').filter(client => /\bcmd=xread\b/.test(client)).length
  }

  async stop(): Promise<void> {
    for (const server of this.#servers.reverse()) await server.stop()
    this.#servers = []
    this.#redis.disconnect()
    await this.database.close()
  }
}
