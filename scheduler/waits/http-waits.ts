import { now, type Database } from '../../shared/database/database.js'
import { lockRuns } from '../../shared/database/tables/dag-runs.js'
import { claimHttpInstances, dueHttpInstances, lockTaskInstances, untilNextHttpLook } from '../../shared/database/tables/waiting-instances.js'
import { writeResults } from '../../shared/database/tables/results.js'
import { waitKey } from '../../shared/planning/wait-key.js'
import type { Specs } from '../../shared/planning/specs.js'
import { NOTHING_TO_DO, type Advance } from '../advance.js'
import type { SchedulerBus } from '../bus.js'
import { askHttp, HTTP_TIMEOUT_MS } from './ask-http.js'
import { conclude, isSame } from './look.js'
import { prepare, type Prepared } from './prepare.js'
import { setAside } from './set-aside.js'
import type { Verdict } from './verdict.js'

/** Questions of one scheduler that are open at once. */
const MAX_ASKING = 20
/** Time for which nobody else asks: longer than a question takes. */
const CLAIM_MS = HTTP_TIMEOUT_MS + 5_000
const REPAIR_MS = 1_000

/**
 * Asks over HTTP for those who wait for an answer: outside of any transaction, and without waiting for the answers, so that
 * slow servers delay neither the questions to others nor what waits for something else.
 */
export class HttpWaits {
  readonly #asking = new Map<number, Promise<void>>()
  readonly #stop = new AbortController()
  /** Called when there is room for another question. */
  onAnswered: () => void = () => {}

  constructor(private readonly database: Database, private readonly advance: Advance, private readonly specs: Specs, private readonly bus: SchedulerBus) {}

  async runOnce(): Promise<number> {
    const room = MAX_ASKING - this.#asking.size
    if (room <= 0 || this.#stop.signal.aborted) return REPAIR_MS
    const due = (await dueHttpInstances(this.database, room)).filter(({ ti_id }) => !this.#asking.has(ti_id))
    if (due.length > 0) {
      const claimed = await this.database.transact('claim-http', tx => claimHttpInstances(tx, due.map(({ ti_id }) => ti_id), CLAIM_MS))
      for (const one of await prepare(this.database, this.specs, claimed, (row, error) => setAside(this.database, this.bus, row, error))) this.#ask(one)
    }
    return Math.min(REPAIR_MS, Math.max(0, await untilNextHttpLook(this.database) ?? REPAIR_MS))
  }

  /** Ends every open question; they are asked again by whoever finds them due. */
  async interrupt(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#asking.values())
  }

  #ask(one: Prepared): void {
    const { ti_id } = one.row
    const asking = this.#settle(one).catch((error: unknown) => setAside(this.database, this.bus, one.row, error)).catch(() => {
      // The database is away: the instance is due again when its claim has run out.
    }).finally(() => {
      this.#asking.delete(ti_id)
      this.onAnswered()
    })
    this.#asking.set(ti_id, asking)
  }

  async #settle(one: Prepared): Promise<void> {
    const verdict = await this.#verdictOf(one)
    if (this.#stop.signal.aborted) return
    await this.advance.transact('look-http', async tx => {
      const runs = await lockRuns(tx, [one.row.run_key])
      const current = await lockTaskInstances(tx, [one.row.ti_id])
      if (!isSame(one.row, current.get(one.row.ti_id))) return NOTHING_TO_DO
      const results = new Map<number, string>()
      const transition = conclude(one, verdict, await now(tx), results)
      await writeResults(tx, results)
      return { transitions: [transition], runs, dispatch: false }
    })
  }

  async #verdictOf({ plan }: Prepared): Promise<Verdict> {
    if (plan.kind === 'wrong') return { kind: 'failed', because: plan.because }
    if (plan.kind !== 'wait' || plan.wait.kind !== 'http') throw new Error(`not a wait for an answer over HTTP: ${plan.kind}`)
    const { isMet, because } = await askHttp(plan.wait, this.#stop.signal)
    return isMet ? { kind: 'done', because } : { kind: 'not-yet', because, at: null, waitKey: waitKey.http }
  }
}
