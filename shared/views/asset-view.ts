import type { AssetState } from '../operations/assets.js'
import { iso } from '../time/iso.js'

/** An asset as `--json` and the API show it. Documented in docs/cli.md: fields are added, never changed. */
export const viewAsset = ({ asset, last, producers, subscribers }: AssetState) => ({
  asset, updatedAt: iso(last?.created_at ?? null), updatedBy: last?.source ?? null, producers, subscribers,
})
export type AssetView = ReturnType<typeof viewAsset>
