import type { AssetView } from '../../shared/views/asset-view.js'
import type { Assets } from '../ports/assets.js'
import { bodyOf, itemsOf, type Api } from './api.js'

export class RemoteAssets implements Assets {
  constructor(private readonly api: Api) {}

  list(): Promise<readonly AssetView[]> {
    return itemsOf(query => bodyOf(this.api.GET('/api/v1/assets', { params: { query } })))
  }

  async update(asset: string, reason: string | null): Promise<readonly string[]> {
    return (await bodyOf(this.api.POST('/api/v1/assets/{asset}/events', { params: { path: { asset } }, body: { reason } }))).subscribers
  }
}
