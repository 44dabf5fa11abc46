import { rows, type Session } from '../database.js'

export interface PoolRow {
  readonly name: string
  /** 0 lets nothing of the pool start. */
  readonly slots: number
  readonly description: string | null
}

export async function listPools(session: Session): Promise<PoolRow[]> {
  return rows(session, 'SELECT * FROM pools ORDER BY name')
}

/** Makes a pool or changes it; no description leaves the one there is. */
export async function writePool(session: Session, { name, slots, description }: PoolRow): Promise<void> {
  const merge = description === null ? { slots } : { slots, description }
  await session.query('pools').insert({ name, slots, description }).onConflict('name').merge(merge)
}

export async function deletePool(session: Session, name: string): Promise<boolean> {
  return (await session.query('pools').where({ name }).delete()) > 0
}
