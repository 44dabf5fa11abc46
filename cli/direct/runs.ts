import { now } from '../../shared/database/database.js'
import { pageOfRuns } from '../../shared/database/tables/run-pages.js'
import type { RunListRow } from '../../shared/database/tables/dag-runs.js'
import { cancelRunsOf } from '../../shared/operations/cancel-runs.js'
import { cancelTasks } from '../../shared/operations/cancel-tasks.js'
import type { RunChoice } from '../../shared/operations/choose-runs.js'
import { clear } from '../../shared/operations/clear.js'
import { mustFindDag, mustFindRun } from '../../shared/operations/find.js'
import { mark } from '../../shared/operations/mark.js'
import type { Performed } from '../../shared/operations/perform.js'
import { triggerRun, type Triggered, type TriggerRequest } from '../../shared/operations/trigger-run.js'
import { LongshoreError } from '../../shared/errors.js'
import { parseInstant } from '../../shared/time/iso.js'
import { readRun } from '../../shared/views/read-run.js'
import { viewRunItem, type RunItemView } from '../../shared/views/run-item.js'
import type { RunView } from '../../shared/views/run-view.js'
import type { RunFilter, Runs, RunStatus, WantedCancel, WantedClear, WantedMark, WantedRuns } from '../ports/runs.js'
import { readSince } from '../read-since.js'
import type { Direct } from './direct.js'

interface ActOnRuns {
  readonly dag: string
  readonly runs: WantedRuns
  readonly dryRun: boolean
}

export class DirectRuns implements Runs {
  constructor(private readonly direct: Direct) {}

  async list({ dag, states, since, limit }: RunFilter): Promise<readonly RunItemView[]> {
    const { database } = this.direct
    const dagKey = dag === null ? null : (await mustFindDag(database, dag)).row.dag_key
    const dueFrom = since === null ? null : readSince(since, await now(database))
    const found: RunListRow[] = []
    for (let before: number | null | undefined; before !== null && found.length < limit;) {
      const { runs, next } = await pageOfRuns(database, null, { states, type: null, from: null, to: null, dagKey, dueFrom, limit: limit - found.length }, before ?? null)
      found.push(...runs)
      before = next
    }
    return found.map(viewRunItem)
  }

  show(dag: string, run: string): Promise<RunView> {
    return readRun(this.direct.database, dag, run)
  }

  async status(dag: string, name: string): Promise<RunStatus> {
    const { run } = await mustFindRun(this.direct.database, dag, name)
    return { state: run.state, reason: run.reason, isOver: run.ended_at !== null }
  }

  trigger(wanted: Omit<TriggerRequest, 'by'>): Promise<Triggered> {
    const { database, user } = this.direct
    const { dag, run, logicalDate } = wanted
    return this.direct.operate({ action: 'run.trigger', dag, target: { run, logicalDate } }, () => triggerRun(database, { ...wanted, by: user }))
  }

  clear({ dag, runs, ...how }: WantedClear): Promise<Performed> {
    const { config, database, user } = this.direct
    return this.#act('task.clear', { dag, runs, dryRun: how.dryRun }, async () => clear(database, config, { dag, runs: await this.#choice(dag, runs), ...how, by: user }))
  }

  mark({ dag, runs, ...how }: WantedMark): Promise<Performed> {
    const { config, database, user } = this.direct
    return this.#act('task.mark', { dag, runs, dryRun: how.dryRun }, async () => mark(database, config, { dag, runs: await this.#choice(dag, runs), ...how, by: user }))
  }

  cancel({ dag, runs, tasks, dryRun }: WantedCancel): Promise<Performed> {
    const { config, database, user } = this.direct
    return this.#act('task.cancel', { dag, runs, dryRun }, async () => {
      const wanted = { dag, runs: await this.#choice(dag, runs), dryRun, by: user }
      return tasks === null ? cancelRunsOf(database, config, wanted) : cancelTasks(database, config, { ...wanted, tasks })
    })
  }

  /** Looking at what it would do is no act. */
  #act(action: string, { dag, runs, dryRun }: ActOnRuns, work: () => Promise<Performed>): Promise<Performed> {
    return dryRun ? work() : this.direct.operate({ action, dag, target: { ...runs } }, work)
  }

  async #choice(dag: string, wanted: WantedRuns): Promise<RunChoice> {
    if (wanted.kind !== 'dates') return wanted
    const { spec: { timezone } } = await mustFindDag(this.direct.database, dag)
    return { kind: 'dates', from: instant('--from', wanted.from, timezone), to: instant('--to', wanted.to, timezone) }
  }
}

function instant(option: string, text: string, zone: string): number {
  try {
    return parseInstant(text, zone)
  } catch (cause) {
    throw new LongshoreError('LS_USAGE', `${option}: ${(cause as Error).message}`, { cause })
  }
}
