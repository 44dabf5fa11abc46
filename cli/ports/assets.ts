import type { AssetView } from '../../shared/views/asset-view.js'

export interface Assets {
  list(): Promise<readonly AssetView[]>
  /** Returns the DAGs that are scheduled on it. */
  update(asset: string, reason: string | null): Promise<readonly string[]>
}
