import type { Redis } from 'ioredis'
import { now, type Database, type Session } from '../../shared/database/database.js'
import { lockRuns, markDeadlineMissed, runsPastDeadline, runsPastTimeout, untilNextRunTime, type RunRow } from '../../shared/database/tables/dag-runs.js'
import { markCancelled } from '../../shared/operations/cancel-attempts.js'
import { cancelOpen, type Cancelled } from '../../shared/operations/cancel.js'
import type { Specs } from '../../shared/planning/specs.js'
import { RunState, UNFINISHED_RUN_STATES, WantedRunState } from '../../shared/states/run.js'
import { formatDuration } from '../../shared/time/duration.js'
import { NOTHING_TO_DO, type Advance } from '../advance.js'
import type { SchedulerBus } from '../bus.js'

/** Runs per transaction. */
const BATCH = 100
/** The longest sleep: repairs what an event that got lost would have told. */
const REPAIR_MS = 5_000

/** Gives up runs that take longer than their timeout, and tells of those that miss their deadline, each at its very time by the database's clock. */
export class RunTimer {
  constructor(
    private readonly database: Database,
    private readonly advance: Advance,
    private readonly specs: Specs,
    private readonly redis: Redis,
    private readonly prefix: string,
    private readonly bus: SchedulerBus,
  ) {}

  async runOnce(): Promise<number> {
    const late = await runsPastTimeout(this.database, BATCH)
    if (late.length > 0) await this.#giveUp(late)
    const missed = await runsPastDeadline(this.database, BATCH)
    if (missed.length > 0) await this.#tell(missed)
    if (late.length === BATCH || missed.length === BATCH) return 0
    return Math.min(REPAIR_MS, Math.max(0, await untilNextRunTime(this.database) ?? REPAIR_MS))
  }

  async #giveUp(late: readonly RunRow[]): Promise<void> {
    let tell: Cancelled['tell'] = []
    let givenUp: readonly RunRow[] = []
    await this.advance.transact('time-out-runs', async tx => {
      const time = await now(tx)
      const locked = await lockRuns(tx, late.map(run => run.run_key))
      givenUp = [...locked.values()].filter(({ state, wanted, timeout_at }) => state === RunState.running && wanted === null && timeout_at !== null && timeout_at <= time)
      const parts = await this.#cancel(tx, givenUp)
      tell = parts.flatMap(part => part.tell)
      return { ...NOTHING_TO_DO, transitions: parts.flatMap(({ change }) => change.transitions), runs: new Map(parts.flatMap(({ change }) => [...change.runs])) }
    })
    await this.#emit('run-timed-out', givenUp)
    // If this does not get through, the wish in the database has the workers told again.
    await markCancelled(this.redis, this.prefix, tell)
  }

  /** The reason names the timeout, so runs with the same one are given up together. */
  async #cancel(tx: Session, runs: readonly RunRow[]): Promise<Cancelled[]> {
    const versions = await this.specs.get(tx, runs.map(run => run.version_key))
    const byTimeout = new Map<number, RunRow[]>()
    for (const run of runs) {
      const timeout = versions.get(run.version_key)?.timeout ?? 0
      byTimeout.set(timeout, [...byTimeout.get(timeout) ?? [], run])
    }
    const parts: Cancelled[] = []
    for (const [timeout, group] of byTimeout) {
      parts.push(await cancelOpen(tx, group, { reason: `the run took longer than its timeout of ${formatDuration(timeout)}`, wantedRun: WantedRunState.failed }))
    }
    return parts
  }

  async #tell(late: readonly RunRow[]): Promise<void> {
    const missed = await this.database.transact('miss-deadlines', async tx => {
      const locked = await lockRuns(tx, late.map(run => run.run_key))
      const found = [...locked.values()].filter(({ state, deadline_missed }) => (UNFINISHED_RUN_STATES as readonly RunState[]).includes(state) && deadline_missed === 0)
      await markDeadlineMissed(tx, found.map(run => run.run_key))
      return found
    })
    await this.#emit('deadline-missed', missed)
  }

  async #emit(name: 'run-timed-out' | 'deadline-missed', runs: readonly RunRow[]): Promise<void> {
    const versions = await this.specs.get(this.database, runs.map(run => run.version_key))
    for (const { version_key, run_id } of runs) this.bus.emit(name, { dag: versions.get(version_key)?.dag ?? '', run: run_id })
  }
}
