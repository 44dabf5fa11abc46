import { rows, type Session } from './database.js'

/** Global variables of a MySQL or MariaDB server, by name in lower case; those that the server does not have are missing. */
export async function serverVariables(session: Session, names: readonly string[]): Promise<Map<string, string>> {
  const found = await rows<{ Variable_name: string; Value: string }>(session, `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${names.map(() => '?').join(', ')})`, [...names])
  return new Map(found.map(({ Variable_name, Value }) => [Variable_name.toLowerCase(), Value]))
}

/** What the server calls itself, for instance `8.4.3` or `11.8.3-MariaDB`. */
export async function serverVersion(session: Session): Promise<string> {
  const sql = session.dialect.name === 'mysql' ? 'SELECT VERSION() AS version' : 'SELECT sqlite_version() AS version'
  return (await rows<{ version: string }>(session, sql))[0]?.version ?? 'unknown'
}
