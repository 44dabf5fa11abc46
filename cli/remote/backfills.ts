import type { BackfillPlanView, BackfillView } from '../../shared/views/backfill-view.js'
import type { Backfills, CancelledBackfill, WantedBackfill } from '../ports/backfills.js'
import { bodyOf, itemsOf, type Api } from './api.js'

export class RemoteBackfills implements Backfills {
  constructor(private readonly api: Api) {}

  list({ dag, limit }: { readonly dag: string | null; readonly limit: number }): Promise<readonly BackfillView[]> {
    return itemsOf<BackfillView>(query => bodyOf(dag === null ? this.api.GET('/api/v1/backfills', { params: { query } }) : this.api.GET('/api/v1/dags/{dag}/backfills', { params: { path: { dag }, query } })), limit)
  }

  show(backfill: number): Promise<BackfillView> {
    return bodyOf(this.api.GET('/api/v1/backfills/{backfill}', { params: { path: { backfill } } }))
  }

  plan(wanted: WantedBackfill): Promise<BackfillPlanView> {
    return this.#post(wanted, true)
  }

  start(wanted: WantedBackfill): Promise<BackfillPlanView> {
    return this.#post(wanted, false)
  }

  async setPaused(backfill: number, isPaused: boolean): Promise<boolean> {
    const params = { path: await this.#pathOf(backfill) }
    const answer = isPaused ? this.api.POST('/api/v1/dags/{dag}/backfills/{backfill}/pause', { params }) : this.api.POST('/api/v1/dags/{dag}/backfills/{backfill}/resume', { params })
    return (await bodyOf(answer)).changed
  }

  async cancel(backfill: number, running: boolean): Promise<CancelledBackfill> {
    const { queued, running: started } = await bodyOf(this.api.POST('/api/v1/dags/{dag}/backfills/{backfill}/cancel', { params: { path: await this.#pathOf(backfill) }, body: { running } }))
    return { queued, running: started }
  }

  #post({ dag, params, ...wanted }: WantedBackfill, dryRun: boolean): Promise<BackfillPlanView> {
    return bodyOf(this.api.POST('/api/v1/dags/{dag}/backfills', { params: { path: { dag } }, body: { ...wanted, params: { ...params }, dryRun } }))
  }

  /** Acts are allowed by DAG. */
  async #pathOf(backfill: number): Promise<{ readonly dag: string; readonly backfill: number }> {
    return { dag: (await this.show(backfill)).dag, backfill }
  }
}
