import { rows, type Session } from '../database.js'

/** One transaction at a time may decide what is dispatched: the global limit and the limits of DAGs are checked under this lock. */
export const lockDispatch = (session: Session): Promise<void> => lock(session, 'dispatch')

/** One transaction at a time may write updates of assets: their ids become visible in their order. */
export const lockAssets = (session: Session): Promise<void> => lock(session, 'assets')

async function lock(session: Session, name: 'dispatch' | 'assets'): Promise<void> {
  await rows(session, `SELECT name FROM locks WHERE name = '${name}'${session.dialect.forUpdate}`)
}
