import type { BundleRow } from '../database/tables/bundles.js'

const iso = (time: number): string => new Date(time).toISOString()

/** A bundle as `--json` and the API show it. */
export const viewBundle = ({ hash, files, bytes, dags, created_by, created_at, activated_by, activated_at, is_active }: BundleRow) => ({
  bundle: hash, active: is_active === 1, dags, files, bytes, createdBy: created_by, createdAt: iso(created_at),
  activatedBy: activated_by, activatedAt: activated_at === null ? null : iso(activated_at),
})

export type BundleView = ReturnType<typeof viewBundle>
