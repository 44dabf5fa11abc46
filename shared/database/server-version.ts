import { rows, type Session } from './database.js'

export async function serverVersion(session: Session): Promise<string> {
  const sql = session.dialect.name === 'mysql' ? 'SELECT VERSION() AS version' : `SELECT 'SQLite ' || sqlite_version() AS version`
  return (await rows<{ version: string }>(session, sql))[0]?.version ?? ''
}
