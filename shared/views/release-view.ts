import type { KnownRollout } from '../operations/releases.js'
import { Standing } from '../releases/rollout.js'

const iso = (time: number): string => new Date(time).toISOString()

/** What is wanted and how far it is, as `--json` and the API show it. */
export const rolloutView = ({ releases, nodes }: KnownRollout) => ({
  releases: releases.map(({ role, pool, version, max_unavailable, set_by, set_at, halted_at, halted_by, halted_why }) => ({
    role, pool: pool === '' ? null : pool, version, maxUnavailable: max_unavailable, setBy: set_by, setAt: iso(set_at),
    halted: halted_at === null ? null : { at: iso(halted_at), by: halted_by, why: halted_why },
  })),
  nodes: nodes.map(({ node: { report, lastSeen }, plan }) => ({
    node: report.node, name: report.name, roles: report.roles.map(({ role, pool }) => ({ role, pool })), version: report.version, wanted: plan?.wanted?.version ?? null,
    standing: plan?.standing ?? Standing.free,
    why: plan?.standing === Standing.failed ? report.failed?.why ?? null : report.doing ?? plan?.waits ?? null, lastSeen: iso(lastSeen),
  })).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.node < b.node ? -1 : 1)),
})

export type RolloutView = ReturnType<typeof rolloutView>
export type ReleaseView = RolloutView['releases'][number]
