import { readPool, readPools, removePool, setPool } from '../../shared/operations/pools.js'
import { viewPool, viewPoolDetails, type PoolDetailsView, type PoolView } from '../../shared/views/pool-view.js'
import type { Pools, SetPoolView } from '../ports/pools.js'
import type { Direct } from './direct.js'

export class DirectPools implements Pools {
  constructor(private readonly direct: Direct) {}

  async list(): Promise<readonly PoolView[]> {
    return (await readPools(this.direct.database)).map(viewPool)
  }

  async show(pool: string, waiting: number): Promise<PoolDetailsView> {
    return viewPoolDetails(await readPool(this.direct.database, pool, waiting))
  }

  async set(name: string, slots: number, description: string | null): Promise<SetPoolView> {
    const { pool, before } = await this.direct.operate({ action: 'pool.set', target: { pool: name, slots } }, () => setPool(this.direct.database, { name, slots, description }))
    return { pool: name, slots: pool.slots, description: pool.description, before: before?.slots ?? null }
  }

  async remove(pool: string, force: boolean): Promise<readonly string[]> {
    return (await this.direct.operate({ action: 'pool.delete', target: { pool, force } }, () => removePool(this.direct.database, pool, force))).usedBy
  }
}
