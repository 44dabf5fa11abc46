import { now, type Database, type Session } from '../database/database.js'
import { listNodes, type NodeRow } from '../database/tables/nodes.js'
import { deletePoolReleases, haltReleases, listReleases, lockReleases, putReleases, resumeReleases, type ReleaseRow } from '../database/tables/releases.js'
import { LongshoreError } from '../errors.js'
import { PLAIN_NAME } from '../protocol/keys.js'
import { NODE_ROLES, NodeReport, NodeRole, VERSION } from '../protocol/release.js'
import { openReleaseStore, readSums } from '../releases/release-store.js'
import { planRollout, type NodePlan, type Release, type RolloutNode } from '../releases/rollout.js'

export interface ReleaseSettings {
  readonly version: string
  /** Null: all roles. */
  readonly role: NodeRole | null
  /** Null: every pool that has no version of its own. */
  readonly pool: string | null
  /** Nodes that may be updated at once; null: as it was, or 1. */
  readonly maxUnavailable: number | null
}

/**
 * Wants a version, of everything, of a role, or of one pool of workers. Its checksums are taken down now: what lies in the store
 * later under the same name is not installed. What was halted goes on with it.
 * @throws LongshoreError LS_USAGE, LS_RELEASE_NOT_FOUND, LS_RELEASE_STORE, LS_CONFIG
 */
export async function setRelease(database: Database, releaseStore: string, { version, role, pool, maxUnavailable }: ReleaseSettings, by: string): Promise<ReleaseRow[]> {
  if (!VERSION.test(version)) throw new LongshoreError('LS_USAGE', `'${version}' is no version: it begins with a digit and has letters, digits, '.', '+' and '~'`)
  if (pool !== null && (role !== NodeRole.worker || !PLAIN_NAME.test(pool))) throw new LongshoreError('LS_USAGE', role === NodeRole.worker ? `'${pool}' is no name of a pool` : 'only workers have pools', { hint: 'Give --pool with --role worker.' })
  const sums = JSON.stringify(await readSums(openReleaseStore(releaseStore), version))
  return database.transact('set-release', async tx => {
    const before = await lockReleases(tx)
    const [time, revision] = [await now(tx), await nextRevision(tx, before)]
    if (role === null) await deletePoolReleases(tx)
    const place = { pool: pool ?? '', version, sums, revision, set_by: by.slice(0, 200), set_at: time }
    await putReleases(tx, (role === null ? NODE_ROLES : [role]).map(one => ({
      ...place, role: one, max_unavailable: maxUnavailable ?? before.find(row => row.role === one && row.pool === place.pool)?.max_unavailable ?? 1,
    })))
    return listReleases(tx)
  })
}

/** Has no further node begin. A node that is being updated comes to its end. @throws LongshoreError LS_RELEASE_NOT_FOUND when nothing goes on */
export async function haltRollout(database: Database, why: string, by: string): Promise<void> {
  await database.transact('halt-rollout', async tx => {
    if (await haltReleases(tx, null, await now(tx), by, why) === 0) throw new LongshoreError('LS_RELEASE_NOT_FOUND', 'there is no roll-out that could be halted')
  })
}

/** Goes on with what is halted, also on nodes that have failed at it. @throws LongshoreError LS_RELEASE_NOT_FOUND when nothing is halted */
export async function resumeRollout(database: Database): Promise<void> {
  await database.transact('resume-rollout', async tx => {
    const before = await lockReleases(tx)
    if (await resumeReleases(tx, await nextRevision(tx, before)) === 0) throw new LongshoreError('LS_RELEASE_NOT_FOUND', 'no roll-out is halted')
  })
}

async function nextRevision(session: Session, before: readonly ReleaseRow[]): Promise<number> {
  return Math.max(await now(session), ...before.map(({ revision }) => revision + 1))
}

export const releaseOf = ({ role, pool, version, revision, max_unavailable, halted_at }: ReleaseRow): Release => ({ role, pool, version, revision, maxUnavailable: max_unavailable, isHalted: halted_at !== null })

export const nodeOf = ({ report, last_seen, granted_revision, granted_at }: NodeRow): RolloutNode => ({
  report: NodeReport.parse(JSON.parse(report)), lastSeen: last_seen,
  granted: granted_revision === null || granted_at === null ? null : { revision: granted_revision, at: granted_at },
})

export interface KnownRollout {
  readonly releases: readonly ReleaseRow[]
  readonly nodes: readonly { readonly node: RolloutNode; readonly plan: NodePlan | null }[]
}

/** What is wanted, and how each node stands to it. */
export async function readRollout(session: Session): Promise<KnownRollout> {
  const [releases, nodes] = [await listReleases(session), (await listNodes(session)).map(nodeOf)]
  const plans = new Map(planRollout(releases.map(releaseOf), nodes, await now(session)).nodes.map(plan => [plan.node, plan]))
  return { releases, nodes: nodes.map(node => ({ node, plan: plans.get(node.report.node) ?? null })) }
}
