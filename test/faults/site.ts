import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { Database } from '../../shared/database/database.js'
import { attemptsOfTaskInstance, type AttemptRow } from '../../shared/database/tables/attempts.js'
import { findDag } from '../../shared/database/tables/dags.js'
import { listRuns, type RunListRow } from '../../shared/database/tables/dag-runs.js'
import { taskInstancesOfRun, type TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { wakeChannel } from '../../shared/protocol/keys.js'
import { triggerRun } from '../../shared/operations/trigger-run.js'
import { parseLogLine } from '../../shared/log-store/log-line.js'
import { keyPlaces } from '../../shared/signing/key-places.js'
import { ensureKeys } from '../../shared/signing/key-ring.js'
import { BUSYBOX_IMAGE, removeContainersAtEnd, sharedDocker, type SharedDocker } from '../harness/docker.js'
import { Ledger } from '../harness/ledger.js'
import { startLongshore, runLongshore, type LongshoreProcess } from '../harness/longshore.js'
import { createDatabase } from '../harness/mariadb.js'
import { startRedis, type RedisServer } from '../harness/redis.js'
import { tempDir } from '../harness/temp-dir.js'
import { until, type UntilOptions } from '../harness/wait.js'

/** Short times, so that a fault and its repair fit into a test. */
const QUICK = {
  LONGSHORE_EPOCH_EVERY: '200', LONGSHORE_RECOVERY_GRACE: '3000', LONGSHORE_RECONCILE_EVERY: '500', LONGSHORE_ENQUEUE_GRACE: '500',
  LONGSHORE_LEASE_RENEW_EVERY: '500', LONGSHORE_SELF_FENCE_AFTER: '8000', LONGSHORE_LEASE_TTL: '10000',
}

export interface SiteTask {
  readonly work: string
  readonly after?: readonly string[]
  /** A further line of YAML. */
  readonly more?: string
  /** A container unless told. */
  readonly kind?: 'process'
}

/** An installation of real processes on real servers, with a folder of DAGs and a ledger that tasks keep. */
export class FaultSite {
  readonly ledger = new Ledger()
  readonly dags = tempDir('dags')
  readonly #state = tempDir('state')
  readonly #logs = tempDir('logs')
  readonly #keys = tempDir('keys')

  private constructor(readonly docker: SharedDocker, readonly redis: RedisServer, readonly databaseUrl: string, readonly database: Database) {
    ensureKeys(keyPlaces({ keysDir: this.#keys, stateDir: this.#state, signingKey: '', trustedKeys: [] }))
  }

  static async open(databaseUrl?: string): Promise<FaultSite> {
    const docker = await sharedDocker()
    const url = databaseUrl ?? (await createDatabase()).url
    return new FaultSite(docker, await startRedis(), url, new Database(url, 2))
  }

  get environment(): Record<string, string> {
    return {
      ...QUICK, LONGSHORE_DATABASE_URL: this.databaseUrl, LONGSHORE_REDIS_URL: this.redis.url, LONGSHORE_DAGS_DIR: this.dags, LONGSHORE_STATE_DIR: this.#state,
      LONGSHORE_LOG_STORE: `file:${this.#logs}`, LONGSHORE_DOCKER_HOST: this.docker.host, LONGSHORE_LOG_LEVEL: 'info',
      LONGSHORE_KEYS_DIR: this.#keys, LONGSHORE_ALLOW_MOUNT: this.ledger.folder,
    }
  }

  async scheduler(env: Readonly<Record<string, string>> = {}): Promise<LongshoreProcess> {
    const scheduler = await startLongshore(['scheduler'], { env: { ...this.environment, ...env } })
    await scheduler.waitForLog('scheduler ready', { timeout: 60_000 })
    return scheduler
  }

  async worker(env: Readonly<Record<string, string>> = {}): Promise<LongshoreProcess> {
    const worker = await this.launchWorker(env)
    await worker.waitForLog('worker started', { timeout: 60_000 })
    return worker
  }

  /** A worker that has not said yet that it has started. */
  launchWorker(env: Readonly<Record<string, string>> = {}): Promise<LongshoreProcess> {
    return startLongshore(['worker', '--queues', 'default', '--concurrency', '8', '--allow-process'], { env: { ...this.environment, ...env } })
  }

  /** Puts a DAG file into the folder and waits until it is in force. Each task is a script in busybox that keeps the ledger. */
  async dag(id: string, tasks: Readonly<Record<string, SiteTask>>, head = 'schedule: null'): Promise<void> {
    const lines = Object.entries(tasks).flatMap(([task, { work, after = [], more = '', kind }]) => [
      `  ${task}:`, ...(kind === 'process' ? this.#process(work) : this.#container(work)), `    after: [${after.join(', ')}]`, ...(more === '' ? [] : [`    ${more}`]),
    ])
    removeContainersAtEnd(this.docker.client, `test.site=${this.databaseUrl}`)
    writeFileSync(join(this.dags, `${id}.yaml`), [`dag: ${id}`, head, 'maxActiveTasks: 100', 'tasks:', ...lines, ''].join('\n'))
    await until(async () => (await findDag(this.database, id))?.version_key != null, { timeout: 20_000, describe: `DAG ${id}` })
  }

  #container(work: string): string[] {
    return [
      `    image: ${BUSYBOX_IMAGE}`, '    pull: never', '    network: none', `    command: ${JSON.stringify(['sh', '-c', this.ledger.script(work)])}`,
      `    mounts: [${JSON.stringify(this.ledger.mount)}]`, `    labels: { test.site: ${JSON.stringify(this.databaseUrl)} }`,
    ]
  }

  #process(work: string): string[] {
    return ['    kind: process', `    command: ${JSON.stringify(['sh', '-c', this.ledger.script(work, this.ledger.folder)])}`]
  }

  /** As {@link trigger}, without a process for it. */
  async triggerHere(dag: string, run: string): Promise<void> {
    await triggerRun(this.database, { dag, run, params: {} })
    const redis = new Redis(this.redis.url)
    await redis.publish(wakeChannel('longshore'), '')
    redis.disconnect()
  }

  async trigger(dag: string, run = 'manual'): Promise<void> {
    const done = await runLongshore(['dags', 'trigger', dag, '--run-id', run, '--json'], { env: this.environment })
    if (done.code !== 0) throw new Error(done.stderr)
  }

  async ended(dag: string, run = 'manual', options: UntilOptions = {}): Promise<RunListRow> {
    return until(async () => (await listRuns(this.database, { dagId: dag, limit: 1_000 })).find(row => row.run_id === run && row.ended_at !== null),
      { timeout: 60_000, interval: 50, describe: `end of ${dag} ${run}`, ...options })
  }

  async tasks(dag: string, run = 'manual'): Promise<Record<string, TaskInstanceRow>> {
    const found = (await listRuns(this.database, { dagId: dag, limit: 1_000 })).find(row => row.run_id === run)
    return Object.fromEntries((await taskInstancesOfRun(this.database, found?.run_key ?? 0)).map(row => [row.task_id, row]))
  }

  attempts(task: TaskInstanceRow | undefined): Promise<AttemptRow[]> {
    return attemptsOfTaskInstance(this.database, task?.ti_id ?? 0)
  }

  async log(dag: string, task: string, run = 'manual'): Promise<string[]> {
    const { stdout, stderr, code } = await runLongshore(['tasks', 'logs', dag, run, task], { env: this.environment })
    if (code !== 0) throw new Error(stderr)
    return stdout.split('\n').filter(line => line !== '')
  }

  /** The lines of the log of one attempt as they lie in the store. */
  storedLog(attempt: Pick<AttemptRow, 'log_path'>): (string | null)[] {
    const text = readFileSync(join(this.#logs, `${attempt.log_path}.log`), 'utf8')
    return text.split('\n').slice(0, -1).map(line => parseLogLine(line)?.text ?? null)
  }

  /** What workers keep of attempts. */
  stateFiles(): string[] {
    return ['intents', 'spool', 'attempts'].flatMap(folder => readdirSync(join(this.#state, 'worker', folder)).map(name => `${folder}/${name}`))
  }

  async containers(): Promise<number> {
    return (await this.docker.client.listContainers({ all: true, filters: { label: [`test.site=${this.databaseUrl}`] } })).length
  }

  /** I5 and I6: nothing is left in Redis or Docker but what expires by itself. */
  async expectNothingLeft(): Promise<void> {
    const redis = new Redis(this.redis.url)
    try {
      await until(async () => await this.containers() === 0, { timeout: 20_000, describe: 'the containers are removed' })
      await until(async () => (await redis.keys('*:lease:*')).length === 0, { timeout: 20_000, describe: 'the leases are gone' })
      await until(async () => (await redis.keys('{longshore:default}:default:*.*')).length === 0, { timeout: 20_000, describe: 'the jobs are gone' })
      await until(() => this.stateFiles().length === 0, { timeout: 20_000, describe: () => `the state directory to be empty; it has ${this.stateFiles().join(', ')}` })
    } finally {
      redis.disconnect()
    }
  }

  async close(): Promise<void> {
    await this.database.close()
  }
}

/** A script that prints its counter `n` times. */
export const counter = (n: number, pause = 0.2): string => `i=0; while [ $i -lt ${n} ]; do echo line $i; i=$((i+1)); sleep ${pause}; done`
export const counted = (n: number): string[] => Array.from({ length: n }, (_, i) => `line ${i}`)
