import type { PoolDetailsView, PoolView } from '../../shared/views/pool-view.js'
import type { Pools, SetPoolView } from '../ports/pools.js'
import { bodyOf, type Api } from './api.js'

export class RemotePools implements Pools {
  constructor(private readonly api: Api) {}

  async list(): Promise<readonly PoolView[]> {
    return (await bodyOf(this.api.GET('/api/v1/pools'))).items
  }

  show(pool: string, waiting: number): Promise<PoolDetailsView> {
    return bodyOf(this.api.GET('/api/v1/pools/{pool}', { params: { path: { pool }, query: { waiting } } }))
  }

  set(pool: string, slots: number, description: string | null): Promise<SetPoolView> {
    return bodyOf(this.api.PUT('/api/v1/pools/{pool}', { params: { path: { pool } }, body: { slots, description } }))
  }

  async remove(pool: string, force: boolean): Promise<readonly string[]> {
    return (await bodyOf(this.api.DELETE('/api/v1/pools/{pool}', { params: { path: { pool }, query: { force: String(force) } } }))).usedBy
  }
}
