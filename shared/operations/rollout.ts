import type { Redis } from 'ioredis'
import { NodePost } from '../broker/node-post.js'
import { now, type Database } from '../database/database.js'
import { forgetNodes, grantSlots, listNodes, writeNodes } from '../database/tables/nodes.js'
import { listQueues } from '../database/tables/queues.js'
import { haltReleases, listReleases, lockReleases, type ReleaseRow } from '../database/tables/releases.js'
import { CONTROL_PLACE } from '../protocol/keys.js'
import type { NodeReport, NodeWish } from '../protocol/release.js'
import { planRollout, type NodePlan, type Rollout } from '../releases/rollout.js'
import { nodeOf, releaseOf } from './releases.js'

const REMEMBERED_MS = 7 * 24 * 3_600_000
/** Said of a roll-out that was halted by what a node reported. */
export const HALTED_BY_NODE = 'longshore'

export interface Halt {
  readonly version: string
  readonly node: string
  readonly why: string
}

/**
 * One look at the nodes: writes down what they said, gives slots, halts what has failed, and tells them all of it again, since Redis
 * forgets. Returns what it has halted.
 */
export async function keepRollout(database: Database, redis: Redis, prefix: string): Promise<readonly Halt[]> {
  const post = new NodePost(redis, prefix)
  const reports = await readReports(database, post)
  if (reports.size === 0 && (await listReleases(database)).length === 0) return []
  const known = await database.transact('keep-rollout', async tx => {
    const releases = await lockReleases(tx)
    const time = await now(tx)
    // By the database's clock. A report that says less than one before it is no news: Redis may have been brought back from a backup.
    await writeNodes(tx, [...reports.values()].map(({ report, age }) => ({ node_id: report.node, report: JSON.stringify(report), last_seen: time - age })))
    await forgetNodes(tx, time - REMEMBERED_MS)
    const nodes = (await listNodes(tx)).map(nodeOf)
    const rollout = planRollout(releases.map(releaseOf), nodes, time)
    for (const { version, node, why } of rollout.halts) await haltReleases(tx, version, time, HALTED_BY_NODE, `node ${node}: ${why}`)
    await grantSlots(tx, rollout.nodes.flatMap(({ isNew, node, wanted }) => (isNew && wanted !== null ? [{ node, revision: wanted.revision }] : [])), time)
    return { releases, nodes, rollout }
  })
  const plans = new Map(known.rollout.nodes.map(plan => [plan.node, plan]))
  await post.tell(known.nodes.map(({ report }) => ({ report, wish: wishOf(plans.get(report.node), known.releases) })))
  return freshHalts(known.rollout, known.releases)
}

async function readReports(database: Database, post: NodePost): Promise<Map<string, { readonly report: NodeReport; readonly age: number }>> {
  const newest = new Map<string, { readonly report: NodeReport; readonly age: number }>()
  for (const place of [CONTROL_PLACE, ...(await listQueues(database)).map(({ name }) => name)]) {
    const { now: redisTime, reports } = await post.readReports(place)
    for (const report of reports) {
      const before = newest.get(report.node)
      if (before === undefined || before.report.at < report.at) newest.set(report.node, { report, age: Math.max(0, redisTime - report.at) })
    }
  }
  return newest
}

function wishOf(plan: NodePlan | undefined, releases: readonly ReleaseRow[]): NodeWish | null {
  if (plan?.wanted == null) return null
  const { version, revision, role, pool } = plan.wanted
  const row = releases.find(one => one.role === role && one.pool === pool)
  return { v: 1, revision, version, sums: JSON.parse(row?.sums ?? '{}') as Record<string, string>, may: plan.standing === 'updating', waits: plan.waits }
}

/** A version that was halted before is no news. */
const freshHalts = ({ halts }: Rollout, releases: readonly ReleaseRow[]): Halt[] =>
  halts.filter(({ version }, index) => releases.some(row => row.version === version && row.halted_at === null) && halts.findIndex(other => other.version === version) === index)
