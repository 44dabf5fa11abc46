import type { Database, Session } from '../database/database.js'
import { activeSpecsContaining } from '../database/tables/dag-versions.js'
import { lockDispatch } from '../database/tables/locks.js'
import { deletePool, listPools, lockPool, poolHolders, poolUse, poolWaiters, writePool, type PoolMember, type PoolRow } from '../database/tables/pools.js'
import { LongshoreError } from '../errors.js'
import { PLAIN_NAME } from '../protocol/keys.js'
import { isActive } from '../states/task-instance.js'
import { didYouMean } from './find.js'

/** The largest number of slots: a pool without a limit is no pool. */
export const MOST_SLOTS = 1_000_000

export interface PoolState extends PoolRow {
  /** Slots that are taken. May be more than there are, when there were more once. */
  readonly used: number
  readonly holders: number
  /** Task instances that wait for a slot, and the slots that they need together. */
  readonly waiting: number
  readonly waitingSlots: number
}

export async function readPools(session: Session): Promise<PoolState[]> {
  const use = await poolUse(session)
  return (await listPools(session)).map(pool => {
    const own = use.filter(one => one.pool === pool.name)
    const sum = (active: boolean, of: 'tasks' | 'slots'): number => own.filter(({ state }) => isActive(state) === active).reduce((total, one) => total + one[of], 0)
    return { ...pool, used: sum(true, 'slots'), holders: sum(true, 'tasks'), waiting: sum(false, 'tasks'), waitingSlots: sum(false, 'slots') }
  })
}

export interface PoolDetails extends PoolState {
  readonly held: readonly PoolMember[]
  /** The first of those that wait, in the order in which they are looked at. */
  readonly next: readonly PoolMember[]
}

/** @throws LongshoreError LS_POOL_NOT_FOUND */
export async function readPool(session: Session, name: string, mostWaiters: number): Promise<PoolDetails> {
  const pool = (await readPools(session)).find(one => one.name === name)
  if (pool === undefined) throw await noSuchPool(session, name)
  return { ...pool, held: await poolHolders(session, name), next: await poolWaiters(session, name, mostWaiters) }
}

export interface SetPool {
  readonly pool: PoolRow
  /** Null: it is new. */
  readonly before: PoolRow | null
}

/** Makes a pool or changes it. When this returns, nothing is dispatched by the old number any more; what runs goes on. */
export async function setPool(database: Database, { name, slots, description }: PoolRow): Promise<SetPool> {
  if (!PLAIN_NAME.test(name)) throw new LongshoreError('LS_USAGE', `'${name}' cannot be the name of a pool; use lower-case letters, digits, - and _, at most 63, and begin and end with a letter or digit`)
  return database.transact('set-pool', async tx => {
    await lockDispatch(tx)
    const before = await lockPool(tx, name) ?? null
    await writePool(tx, { name, slots, description })
    return { before, pool: { name, slots, description: description ?? before?.description ?? null } }
  })
}

/**
 * Deletes a pool that no DAG names and in which nothing runs or waits; with `force` any pool: what names it has no slots then.
 * @throws LongshoreError LS_POOL_NOT_FOUND, LS_POOL_IN_USE
 */
export async function removePool(database: Database, name: string, force: boolean): Promise<{ readonly usedBy: readonly string[] }> {
  return database.transact('delete-pool', async tx => {
    if (await lockPool(tx, name) === undefined) throw await noSuchPool(tx, name)
    const usedBy = await dagsUsing(tx, name)
    if (usedBy.length > 0 && !force) {
      throw new LongshoreError('LS_POOL_IN_USE', `pool '${name}' is in use by ${usedBy.slice(0, NAMED).map(dag => `'${dag}'`).join(', ')}${usedBy.length > NAMED ? ` and ${usedBy.length - NAMED} more DAGs` : ''}`)
    }
    await deletePool(tx, name)
    return { usedBy }
  })
}

const NAMED = 10

async function dagsUsing(session: Session, name: string): Promise<string[]> {
  const named = (await activeSpecsContaining(session, `"pool":${JSON.stringify(name)}`)).filter(({ tasks }) => tasks.some(({ pool }) => pool === name)).map(({ dag }) => dag)
  const members = [...await poolHolders(session, name), ...await poolWaiters(session, name, 1_000)]
  return [...new Set([...named, ...members.map(({ dag_id }) => dag_id)])].sort()
}

async function noSuchPool(session: Session, name: string): Promise<LongshoreError> {
  return new LongshoreError('LS_POOL_NOT_FOUND', `there is no pool '${name}'${didYouMean(name, (await listPools(session)).map(pool => pool.name))}`)
}
