import type { PoolMember } from '../database/tables/pools.js'
import type { PoolDetails, PoolState } from '../operations/pools.js'
import { iso } from '../time/iso.js'

/** A pool as `--json` and the API show it. Documented in docs/cli.md: fields are added, never changed. */
export const viewPool = ({ name, slots, used, holders, waiting, waitingSlots, description }: PoolState) => ({ pool: name, slots, used, holders, waiting, waitingSlots, description })

export const viewPoolMember = ({ dag_id, run_id, task_id, map_index, state, slots, since }: PoolMember) => ({ dag: dag_id, run: run_id, task: task_id, mapIndex: map_index, state, slots, since: iso(since) })

/** The same with who holds its slots and who waits for them. */
export const viewPoolDetails = (pool: PoolDetails) => ({ ...viewPool(pool), held: pool.held.map(viewPoolMember), next: pool.next.map(viewPoolMember) })

export type PoolView = ReturnType<typeof viewPool>
export type PoolMemberView = ReturnType<typeof viewPoolMember>
export type PoolDetailsView = ReturnType<typeof viewPoolDetails>
