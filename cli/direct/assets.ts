import { readAssets, updateAsset } from '../../shared/operations/assets.js'
import { viewAsset, type AssetView } from '../../shared/views/asset-view.js'
import type { Assets } from '../ports/assets.js'
import type { Direct } from './direct.js'

export class DirectAssets implements Assets {
  constructor(private readonly direct: Direct) {}

  async list(): Promise<readonly AssetView[]> {
    return (await readAssets(this.direct.database)).map(viewAsset)
  }

  update(asset: string, reason: string | null): Promise<readonly string[]> {
    const { database, user } = this.direct
    return this.direct.operate({ action: 'asset.update', target: { asset, reason } }, () => updateAsset(database, { asset, by: user, reason }))
  }
}
