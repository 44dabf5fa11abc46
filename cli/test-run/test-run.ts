import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { LoadedConfig } from '../../shared/config/load.js'
import type { DagVersion } from '../../shared/dag/model.js'
import { Database } from '../../shared/database/database.js'
import { createLog } from '../../shared/log.js'
import { openLogStore } from '../../shared/log-store/open-log-store.js'
import { mustFindTask } from '../../shared/operations/find-task.js'
import { StoredLog } from '../../shared/log-reading/stored-log.js'
import type { LogFrame } from '../../shared/broker/live-log.js'
import { cancelRunsOf } from '../../shared/operations/cancel-runs.js'
import { MOST_SLOTS, setPool } from '../../shared/operations/pools.js'
import { storeUnscheduledDag } from '../../shared/operations/store-dag.js'
import { triggerRun } from '../../shared/operations/trigger-run.js'
import { wakeSchedulers } from '../../shared/operations/wake-schedulers.js'
import { Standalone } from '../standalone/standalone.js'
import { currentUser } from '../user.js'
import { poolsOf } from './foreign-needs.js'
import { readRun } from '../../shared/views/read-run.js'
import type { RunView } from '../../shared/views/run-view.js'

const LOOK_EVERY_MS = 100
/** A cancelled task gets its grace to end, and its container must be gone before its worker is. */
const CANCEL_LIMIT_MS = 60_000
const SETTLE_LIMIT_MS = 15_000

/** One run of one DAG in a throw-away standalone of its own, which leaves nothing behind. */
export class TestRun {
  readonly #folder = mkdtempSync(join(tmpdir(), 'longshore-dags-test-'))
  readonly #standalone: Standalone
  readonly #database: Database
  #run = ''

  constructor({ config, origin }: LoadedConfig, private readonly version: DagVersion, private readonly file: string) {
    const dagsDir = join(this.#folder, 'no-dags')
    mkdirSync(dagsDir)
    const own = { keysDir: 'default', signingKey: 'default', trustedKeys: 'default', databaseUrl: 'default', logStore: 'default', queues: 'default', allowProcess: 'default' } as const
    const log = createLog(origin.logLevel === 'default' ? 'error' : config.logLevel, 'test')
    this.#standalone = new Standalone({
      config: { ...config, stateDir: this.#folder, dagsDir, redisUrl: '', queues: ['default'], httpPort: 0, noop: false, keysDir: '', signingKey: '', trustedKeys: [], logLevel: log.level as typeof config.logLevel },
      origin: { ...origin, ...own },
    }, log)
    this.#database = new Database(this.#standalone.config.databaseUrl, 1)
  }

  async start(params: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#standalone.start()
    // Nothing else runs here that they would hold back.
    for (const name of poolsOf(this.version.spec)) await setPool(this.#database, { name, slots: MOST_SLOTS, description: null })
    await storeUnscheduledDag(this.#database, this.version, this.file)
    const { run } = await triggerRun(this.#database, { dag: this.version.spec.dag, params, run: null })
    this.#run = run
    await wakeSchedulers(this.#standalone.config)
  }

  /** Tells of every look at the run, until it has ended; an interrupt has it cancelled. */
  async watch(onLook: (run: RunView) => void, interrupt: AbortSignal): Promise<RunView> {
    let cancelledAt: number | null = null
    for (;;) {
      const view = await this.#view()
      onLook(view)
      if (view.endedAt !== null) return view
      if (interrupt.aborted) {
        if (cancelledAt === null) await this.#cancel()
        cancelledAt ??= performance.now()
        if (performance.now() - cancelledAt > CANCEL_LIMIT_MS) return view
      }
      await delay(LOOK_EVERY_MS)
    }
  }

  async log(task: string): Promise<LogFrame[]> {
    const { attempts } = await mustFindTask(this.#database, this.version.spec.dag, this.#run, task)
    const newest = attempts.at(-1)
    const frames: LogFrame[] = []
    if (newest === undefined) return frames
    for await (const batch of new StoredLog(openLogStore(this.#standalone.config.logStore), newest.log_path).read()) frames.push(...batch)
    return frames
  }

  async close(): Promise<void> {
    const end = performance.now() + SETTLE_LIMIT_MS
    while (this.#standalone.busyAttempts > 0 && performance.now() < end) await delay(LOOK_EVERY_MS)
    await this.#standalone.stop()
    await this.#database.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #view(): Promise<RunView> {
    return readRun(this.#database, this.version.spec.dag, this.#run)
  }

  async #cancel(): Promise<void> {
    const { config } = this.#standalone
    await cancelRunsOf(this.#database, config, { dag: this.version.spec.dag, runs: { kind: 'named', runs: [this.#run] }, dryRun: false, by: currentUser() })
    await wakeSchedulers(config)
  }
}
