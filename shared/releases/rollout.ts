import { NODE_ROLES, type NodeReport, type NodeRole } from '../protocol/release.js'

/** Which version is wanted where. */
export interface Release {
  readonly role: NodeRole
  /** Empty: every pool without one of its own. */
  readonly pool: string
  readonly version: string
  readonly revision: number
  readonly maxUnavailable: number
  readonly isHalted: boolean
}

export interface RolloutNode {
  readonly report: NodeReport
  /** By the database's clock. */
  readonly lastSeen: number
  readonly granted: { readonly revision: number; readonly at: number } | null
}

/** How a node stands to what is wanted of it. */
export const Standing = {
  /** Nothing is wanted of it. */
  free: 'free',
  /** It has the version. */
  done: 'done',
  /** It has a slot and works on it. Left by a report of the new version, by a failure, or by the time that a slot is held at most. */
  updating: 'updating',
  /** It could not be brought to this revision and went back by itself. Left by a new revision. */
  failed: 'failed',
  /** Its roles, or what a failure before it left, want different things, or it is not its turn. */
  waiting: 'waiting',
  /** Its updater has not been heard of; nobody waits for it. */
  silent: 'silent',
} as const
export type Standing = (typeof Standing)[keyof typeof Standing]

export interface NodePlan {
  readonly node: string
  readonly standing: Standing
  readonly wanted: { readonly version: string; readonly revision: number; readonly role: NodeRole; readonly pool: string } | null
  /** Whether it is given a slot now. */
  readonly isNew: boolean
  /** Why it waits, for people. */
  readonly waits: string | null
}

export interface Rollout {
  readonly nodes: readonly NodePlan[]
  /** What has to stop the roll-out of a version. */
  readonly halts: readonly { readonly version: string; readonly node: string; readonly why: string }[]
}

/** An updater reports every half minute, and every second while it is busy. */
export const SILENT_MS = 3 * 60_000
/** The longest that an update takes, its way back included, is a few minutes. */
export const SLOT_MS = 20 * 60_000

const rankOf = ({ roles }: NodeReport): number => Math.min(...roles.map(({ role }) => NODE_ROLES.indexOf(role)))

/**
 * Whose turn it is. Web comes before scheduler and scheduler before workers: what reads rows and messages must not be older than what
 * begins to write them. Within a role so many at once as `maxUnavailable`; one that fails stops all of its version.
 */
export function planRollout(releases: readonly Release[], nodes: readonly RolloutNode[], now: number): Rollout {
  const halts: Rollout['halts'][number][] = []
  const known = nodes.filter(({ report }) => report.roles.length > 0).map(node => {
    const { wanted, conflict } = wantedOf(node.report, releases)
    return { node, wanted, conflict, rank: rankOf(node.report), standing: standingOf(node, wanted, now) }
  })
  for (const { node, wanted, standing } of known) {
    if (wanted === null || wanted.isHalted) continue
    const { name, failed } = node.report
    if (standing === Standing.failed) halts.push({ version: wanted.version, node: name, why: failed?.why ?? 'it failed' })
    else if (standing === Standing.updating && node.granted !== null && now - node.granted.at > SLOT_MS) halts.push({ version: wanted.version, node: name, why: `has had its turn for ${Math.round(SLOT_MS / 60_000)} minutes and has not said how it went` })
  }
  const stopped = new Set(halts.map(({ version }) => version))
  const taken = new Map<string, number>()
  const groupOf = (wanted: NonNullable<NodePlan['wanted']>, rank: number): string => `${rank}/${wanted.role}/${wanted.pool}`
  for (const { wanted, rank, standing } of known) {
    if (wanted !== null && standing === Standing.updating) taken.set(groupOf(wanted, rank), (taken.get(groupOf(wanted, rank)) ?? 0) + 1)
  }
  const isOutstanding = (standing: Standing): boolean => standing === Standing.waiting || standing === Standing.updating || standing === Standing.failed
  const plans = known.map(({ node, wanted, conflict, rank, standing }): NodePlan => {
    const plan = { node: node.report.node, standing, wanted, isNew: false, waits: null }
    if (standing !== Standing.waiting || wanted === null) return conflict === null ? plan : { ...plan, standing: Standing.waiting, waits: conflict }
    if (wanted.isHalted || stopped.has(wanted.version)) return { ...plan, waits: 'the roll-out is halted' }
    const before = known.find(other => other.rank < rank && other.wanted !== null && isOutstanding(other.standing))
    if (before !== undefined) return { ...plan, waits: `node ${before.node.report.name} (${NODE_ROLES[before.rank] ?? ''}) comes first` }
    const group = groupOf(wanted, rank)
    const used = taken.get(group) ?? 0
    if (used >= wanted.maxUnavailable) return { ...plan, waits: `${used} of ${wanted.maxUnavailable} at once ${used === 1 ? 'is' : 'are'} being updated` }
    taken.set(group, used + 1)
    return { ...plan, standing: Standing.updating, isNew: true }
  })
  return { nodes: plans, halts }
}

function wantedOf({ roles }: NodeReport, releases: readonly Release[]): { readonly wanted: Release | null; readonly conflict: string | null } {
  const found = roles.flatMap(({ role, pool }) => {
    const release = releases.find(one => one.role === role && pool !== null && one.pool === pool) ?? releases.find(one => one.role === role && one.pool === '')
    return release === undefined ? [] : [release]
  })
  const versions = [...new Set(found.map(({ version }) => version))]
  if (versions.length > 1) return { wanted: null, conflict: `its roles want different versions: ${found.map(({ role, pool, version }) => `${role}${pool === '' ? '' : ` ${pool}`} ${version}`).join(', ')}` }
  // What holds for one of its roles holds for the node.
  const newest = found.sort((a, b) => b.revision - a.revision)[0]
  return { wanted: newest === undefined ? null : { ...newest, isHalted: found.some(({ isHalted }) => isHalted), maxUnavailable: Math.min(...found.map(({ maxUnavailable }) => maxUnavailable)) }, conflict: null }
}

function standingOf({ report, lastSeen, granted }: RolloutNode, wanted: Release | null, now: number): Standing {
  if (wanted === null) return Standing.free
  const hasSlot = granted?.revision === wanted.revision
  if (report.failed?.revision === wanted.revision) return Standing.failed
  // Installed is not proven: it holds its slot until it says that it is busy no more.
  if (report.version === wanted.version && !(hasSlot && report.doing !== null)) return Standing.done
  if (hasSlot) return Standing.updating
  return now - lastSeen > SILENT_MS ? Standing.silent : Standing.waiting
}
