import { planBackfill, startBackfill } from '../../shared/operations/backfill.js'
import { setBackfillPaused } from '../../shared/operations/backfill-pause.js'
import { listProgress, mustFindBackfill } from '../../shared/operations/backfill-progress.js'
import { cancelBackfill } from '../../shared/operations/cancel-backfill.js'
import { mustFindDag } from '../../shared/operations/find.js'
import { viewBackfill, viewBackfillPlan, type BackfillPlanView, type BackfillView } from '../../shared/views/backfill-view.js'
import type { Backfills, CancelledBackfill, WantedBackfill } from '../ports/backfills.js'
import type { Direct } from './direct.js'

export class DirectBackfills implements Backfills {
  constructor(private readonly direct: Direct) {}

  async list({ dag, limit }: { readonly dag: string | null; readonly limit: number }): Promise<readonly BackfillView[]> {
    const { database } = this.direct
    if (dag !== null) await mustFindDag(database, dag)
    return (await listProgress(database, { limit, ...(dag !== null && { dagId: dag }) })).map(viewBackfill)
  }

  async show(backfill: number): Promise<BackfillView> {
    return viewBackfill(await mustFindBackfill(this.direct.database, backfill))
  }

  async plan(wanted: WantedBackfill): Promise<BackfillPlanView> {
    return viewBackfillPlan(await planBackfill(this.direct.database, { ...wanted, by: this.direct.user }), true)
  }

  async start(wanted: WantedBackfill): Promise<BackfillPlanView> {
    const { database, user } = this.direct
    const { dag, params: _, ...target } = wanted
    return viewBackfillPlan(await this.direct.operate({ action: 'backfill.start', dag, target }, () => startBackfill(database, { ...wanted, by: user })), false)
  }

  setPaused(backfill: number, isPaused: boolean): Promise<boolean> {
    return this.direct.operate({ action: isPaused ? 'backfill.pause' : 'backfill.resume', target: { backfill } }, () => setBackfillPaused(this.direct.database, backfill, isPaused))
  }

  cancel(backfill: number, running: boolean): Promise<CancelledBackfill> {
    const { config, database, user } = this.direct
    return this.direct.operate({ action: 'backfill.cancel', target: { backfill, running } }, () => cancelBackfill(database, config, backfill, { by: user, running }))
  }
}
