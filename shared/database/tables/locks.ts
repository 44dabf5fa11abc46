import { rows, type Session } from '../database.js'

/** One transaction at a time may decide what is dispatched: the global limit and the limits of DAGs are checked under this lock. */
export async function lockDispatch(session: Session): Promise<void> {
  await rows(session, `SELECT name FROM locks WHERE name = 'dispatch'${session.dialect.forUpdate}`)
}
