import type { Bundle } from '../bundles/bundle.js'
import { inspectBundle, type EvaluateFolder } from '../bundles/inspect.js'
import { planBundle, touchedDags, type BundlePlan, type ManifestDag } from '../bundles/manifest.js'
import { packBundle } from '../bundles/pack.js'
import type { Database, Session } from '../database/database.js'
import { deleteBundles, listBundles, noteActivation, readActive, readManifest, setActive, storeBundle, type ActiveBundle, type BundleRow } from '../database/tables/bundles.js'
import { listDagHashes } from '../database/tables/dags.js'
import { LongshoreError } from '../errors.js'

/** How a deployment ended: what it would do, what it did, or that it is in force already. */
export const DeployOutcome = { planned: 'planned', activated: 'activated', unchanged: 'unchanged' } as const
export type DeployOutcome = (typeof DeployOutcome)[keyof typeof DeployOutcome]

/** Instead of the hash of a bundle. */
export const PREVIOUS = 'previous'
export const FOLDER = 'folder'

export interface Deployed {
  readonly outcome: DeployOutcome
  /** Null: the DAG folders of the schedulers. */
  readonly bundle: string | null
  /** What was in force before. */
  readonly before: string | null
  /** Null where nobody knows: what is in the folders, only schedulers can see. */
  readonly plan: BundlePlan | null
}

export interface DeployChange {
  /** Refuses, by throwing, somebody who may not change all of these DAGs; null stands for all that there may be. */
  readonly authorize: (dags: readonly string[] | null) => void
  readonly by: string
  readonly dryRun: boolean
}

const KEPT = 20
const SHORTEST_HASH = 6

/**
 * Validates a bundle, stores it and puts it in force at once. Whoever dies between the last two leaves the old one in force.
 * @throws LongshoreError LS_DAG_INVALID, LS_BUNDLE_INVALID, LS_BUNDLE_TOO_LARGE, LS_BUNDLE_CONFLICT, and what `authorize` refuses with
 */
export async function deployBundle(database: Database, bundle: Bundle, evaluate: EvaluateFolder, change: DeployChange): Promise<Deployed> {
  const active = await readActive(database)
  const told = { bundle: bundle.hash, before: active.hash }
  const inForce = await manifestInForce(database, active)
  if (active.hash === bundle.hash) return { ...told, outcome: DeployOutcome.unchanged, plan: planBundle(inForce, inForce) }
  const manifest = await inspectBundle(bundle, evaluate)
  const plan = planBundle(inForce, manifest)
  change.authorize(touchedDags(inForce, manifest))
  if (change.dryRun) return { ...told, outcome: DeployOutcome.planned, plan }
  const packed = await packBundle(bundle)
  const key = await database.transact('store-bundle', tx => storeBundle(tx, { hash: bundle.hash, files: bundle.files.length, bytes: bundle.bytes, manifest, packed }, change.by))
  await activate(database, active, { key, previous: active.bundle_key }, change.by)
  return { ...told, outcome: DeployOutcome.activated, plan }
}

/**
 * Puts a bundle in force that is stored: by its hash or the beginning of it, the one before ({@link PREVIOUS}), or the DAG folders ({@link FOLDER}).
 * @throws LongshoreError LS_BUNDLE_NOT_FOUND, LS_BUNDLE_CONFLICT, and what `authorize` refuses with
 */
export async function activateBundle(database: Database, wanted: string, change: DeployChange): Promise<Deployed> {
  const active = await readActive(database)
  const row = wanted === FOLDER ? null : findBundle(await listBundles(database), wanted, active)
  const told = { bundle: row?.hash ?? null, before: active.hash }
  const inForce = await manifestInForce(database, active)
  if (told.bundle === told.before) return { ...told, outcome: DeployOutcome.unchanged, plan: planBundle(inForce, inForce) }
  const manifest = row === null ? null : await readManifest(database, row.bundle_key)
  change.authorize(manifest === null ? null : touchedDags(inForce, manifest))
  const plan = manifest === null ? null : planBundle(inForce, manifest)
  if (change.dryRun) return { ...told, outcome: DeployOutcome.planned, plan }
  // A bundle that was in force before keeps what it came after: rolling back twice goes two back.
  const key = row === null ? null : row.bundle_key
  await activate(database, active, { key, previous: row === null || row.activated_at === null ? active.bundle_key : row.previous_key }, change.by)
  return { ...told, outcome: DeployOutcome.activated, plan }
}

export function readBundles(session: Session): Promise<readonly BundleRow[]> {
  return listBundles(session)
}

function findBundle(bundles: readonly BundleRow[], wanted: string, active: ActiveBundle): BundleRow {
  if (wanted === PREVIOUS) {
    const now = bundles.find(({ bundle_key }) => bundle_key === active.bundle_key)
    const before = bundles.find(({ bundle_key }) => bundle_key === now?.previous_key)
    if (before !== undefined) return before
    throw new LongshoreError('LS_BUNDLE_NOT_FOUND', now === undefined ? 'no bundle is in force' : `there is no bundle before ${now.hash.slice(0, 12)}`, {
      hint: 'Name one of `longshore deploy list`; `longshore deploy rollback --folder` goes back to the DAG folders of the schedulers.',
    })
  }
  const found = wanted.length < SHORTEST_HASH ? [] : bundles.filter(({ hash }) => hash.startsWith(wanted))
  if (found.length === 1) return found[0] as BundleRow
  throw new LongshoreError('LS_BUNDLE_NOT_FOUND', found.length === 0 ? `there is no bundle '${wanted.slice(0, 64)}'` : `${found.length} bundles begin with '${wanted}'`)
}

async function manifestInForce(session: Session, { bundle_key }: ActiveBundle): Promise<readonly ManifestDag[]> {
  if (bundle_key !== null) return readManifest(session, bundle_key)
  return (await listDagHashes(session)).map(dag => ({ ...dag, source: null }))
}

/** Only when what the plan was made against is still in force. */
async function activate(database: Database, before: ActiveBundle, { key, previous }: { readonly key: number | null; readonly previous: number | null }, by: string): Promise<void> {
  await database.transact('activate-bundle', async tx => {
    if (!await setActive(tx, before.activation, key)) {
      const now = await readActive(tx)
      throw new LongshoreError('LS_BUNDLE_CONFLICT', `somebody else has put ${now.hash === null ? 'the DAG folders' : `bundle ${now.hash.slice(0, 12)}`} in force meanwhile`)
    }
    if (key !== null) await noteActivation(tx, key, by, previous)
    const bundles = await listBundles(tx)
    await deleteBundles(tx, bundles.slice(KEPT).map(({ bundle_key }) => bundle_key).filter(one => one !== key))
  })
}
