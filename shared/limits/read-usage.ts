import type { Session } from '../database/database.js'
import { activeByLane } from '../database/tables/task-instances.js'
import type { LaneRow } from '../database/tables/lanes.js'
import type { Lanes } from '../planning/lanes.js'
import { readLimits } from './read-limits.js'
import { Usage, type LimitsInForce } from './usage.js'

export interface UsageOfLane {
  readonly lane: LaneRow
  readonly limits: LimitsInForce
  readonly usage: Usage
}

/** What is taken now of every limit of one lane, and of those of the `others` that are asked about with it; null when the lane is gone. */
export async function readUsage(session: Session, lanes: Lanes, laneKey: number, parallelism: number, others: readonly number[] = []): Promise<UsageOfLane | null> {
  const active = await activeByLane(session)
  const rows = await lanes.read(session, [laneKey, ...others, ...active.map(({ lane_key }) => lane_key)])
  const lane = rows.get(laneKey)
  if (lane === undefined) return null
  const limits = await readLimits(session, [...rows.values()].map(({ dag_key }) => dag_key), parallelism)
  return { lane, limits, usage: new Usage(limits, active.flatMap(({ lane_key, active: amount }) => {
    const row = rows.get(lane_key)
    return row === undefined ? [] : [{ lane: row, active: amount }]
  })) }
}
