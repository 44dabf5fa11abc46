import type { Session } from '../../shared/database/database.js'
import { lockDispatch } from '../../shared/database/tables/locks.js'
import { activeByLane, lanesHeads, readCandidates, scheduledInstances, waitingLanes, type Candidate } from '../../shared/database/tables/task-instances.js'
import type { LaneRow } from '../../shared/database/tables/lanes.js'
import { readLimits } from '../../shared/limits/read-limits.js'
import { choose, Usage } from '../../shared/limits/usage.js'
import type { Lanes } from '../../shared/planning/lanes.js'

export interface SelectLimits {
  readonly parallelism: number
  readonly batch: number
}

interface Waiting {
  readonly ti_id: number
  readonly lane_key: number
  readonly broker_priority: number
}

/**
 * Chooses what may run now, best priority first, within every limit, as `choose` says. What is held back is left out inside
 * the query: by lane, so that ten thousand blocked instances cost as much as one.
 */
export class Selector {
  /** Whether the head of the backlog was held back the last time; then lanes are asked at once. */
  #isCrowded = false

  constructor(private readonly lanes: Lanes, private readonly limits: SelectLimits) {}

  /** Takes the dispatch lock, which its transaction keeps. */
  async select(tx: Session): Promise<Candidate[]> {
    await lockDispatch(tx)
    const active = await activeByLane(tx)
    const inUse = active.reduce((sum, lane) => sum + lane.active, 0)
    const wanted = Math.min(this.limits.batch, this.limits.parallelism - inUse)
    if (wanted <= 0) return []
    if (!this.#isCrowded) {
      const page = await scheduledInstances(tx, wanted)
      const usage = await this.#usage(tx, active, page.map(({ lane_key }) => lane_key))
      const chosen = await this.#choose(tx, usage, page, wanted)
      if (chosen.length === wanted || page.length < wanted) return chosen
      this.#isCrowded = true
    }
    return this.#fromLanes(tx, active, wanted)
  }

  async #fromLanes(tx: Session, active: readonly { lane_key: number; active: number }[], wanted: number): Promise<Candidate[]> {
    const waiting = await waitingLanes(tx)
    const usage = await this.#usage(tx, active, waiting)
    const rows = await this.lanes.read(tx, waiting)
    const rooms = new Map<number, number>()
    let isCrowded = false
    for (const [key, lane] of rows) {
      const room = Math.min(wanted, usage.roomOf(lane))
      if (room === 0) isCrowded = true
      // One more than there is room for, where that one may keep the slots of its pool that are still free.
      const asked = room + Number(room > 0 ? lane.pool_slots > 1 : usage.isShortOfSlots(lane))
      if (asked > 0) rooms.set(key, asked)
    }
    this.#isCrowded = isCrowded
    const heads = (await lanesHeads(tx, rooms)).sort((a, b) => a.broker_priority - b.broker_priority || a.ti_id - b.ti_id)
    const chosen = (await this.#choose(tx, usage, heads, wanted)).map(({ ti_id }) => ti_id)
    const candidates = new Map((await readCandidates(tx, chosen)).map(candidate => [candidate.ti_id, candidate]))
    return chosen.flatMap(id => candidates.get(id) ?? [])
  }

  async #choose<T extends Waiting>(tx: Session, usage: Usage, ordered: readonly T[], wanted: number): Promise<T[]> {
    const rows = await this.lanes.read(tx, ordered.map(({ lane_key }) => lane_key))
    return choose(usage, rows, ordered, wanted).chosen
  }

  async #usage(tx: Session, active: readonly { lane_key: number; active: number }[], waiting: readonly number[]): Promise<Usage> {
    const rows = await this.lanes.read(tx, [...active.map(({ lane_key }) => lane_key), ...waiting])
    const limits = await readLimits(tx, [...rows.values()].map(({ dag_key }) => dag_key), this.limits.parallelism)
    return new Usage(limits, active.flatMap(({ lane_key, active: count }) => {
      const lane: LaneRow | undefined = rows.get(lane_key)
      return lane === undefined ? [] : [{ lane, active: count }]
    }))
  }
}
