import type { PoolDetailsView, PoolView } from '../../shared/views/pool-view.js'

export interface SetPoolView {
  readonly pool: string
  readonly slots: number
  readonly description: string | null
  /** Slots that it had; null: it is new. */
  readonly before: number | null
}

export interface Pools {
  list(): Promise<readonly PoolView[]>
  /** `waiting`: how many of those that wait are told. */
  show(pool: string, waiting: number): Promise<PoolDetailsView>
  /** Without a description, the one that there is stays. */
  set(pool: string, slots: number, description: string | null): Promise<SetPoolView>
  /** Returns the DAGs that use it. */
  remove(pool: string, force: boolean): Promise<readonly string[]>
}
