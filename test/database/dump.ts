import { rows, type Database } from '../../shared/database/database.js'

/** The schema as the database itself describes it, without what differs from one installation to the next. */
export async function dumpSchema(database: Database): Promise<string> {
  const tables = database.dialect.name === 'mysql' ? await mysqlTables(database) : await sqliteObjects(database)
  return `${tables.join(';\n\n')};\n`
}

async function mysqlTables(database: Database): Promise<string[]> {
  const names = (await rows<{ name: string }>(database, 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY table_name'))
    .map(({ name }) => name).filter(name => !name.startsWith('knex_'))
  const statements: string[] = []
  for (const name of names) {
    const [row] = await rows<Record<string, string>>(database, `SHOW CREATE TABLE ${name}`)
    statements.push((row?.['Create Table'] ?? '').replace(/ AUTO_INCREMENT=\d+/, ''))
  }
  return statements
}

async function sqliteObjects(database: Database): Promise<string[]> {
  const found = await rows<{ sql: string }>(database, `SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND tbl_name NOT LIKE 'knex_%' AND tbl_name <> 'migration_lock'
    ORDER BY tbl_name, type DESC, name`)
  return found.map(({ sql }) => sql)
}
