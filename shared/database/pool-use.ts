import type { Session } from './database.js'

/** Connections of this process to the database. */
export interface PoolUse {
  readonly max: number
  readonly used: number
  readonly free: number
  /** Those who wait for one. */
  readonly waiting: number
}

/** knex does not type its pool, which is one of tarn. */
interface TarnPool {
  readonly max: number
  numUsed(): number
  numFree(): number
  numPendingAcquires(): number
}

export function poolUse({ query }: Session): PoolUse {
  const { pool } = query.client as { readonly pool?: TarnPool }
  return pool === undefined ? { max: 0, used: 0, free: 0, waiting: 0 } : { max: pool.max, used: pool.numUsed(), free: pool.numFree(), waiting: pool.numPendingAcquires() }
}
