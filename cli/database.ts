import { existsSync } from 'node:fs'
import type { Config } from '../shared/config/schema.js'
import { Database } from '../shared/database/database.js'
import { checkSchema } from '../shared/database/migrate.js'
import { LongshoreError } from '../shared/errors.js'

/** Opens the database for one command and closes it, whatever happens. */
export async function withDatabase<T>(config: Config, work: (database: Database) => Promise<T>): Promise<T> {
  return withAnyDatabase(config, async database => {
    await checkSchema(database)
    return work(database)
  })
}

/** The same whatever its schema, for the commands that look after that. */
export async function withAnyDatabase<T>(config: Config, work: (database: Database) => Promise<T>, create = false): Promise<T> {
  if (!create) refuseMissingFile(config.databaseUrl)
  const database = new Database(config.databaseUrl, 2)
  try {
    await database.check()
    return await work(database)
  } finally {
    await database.close()
  }
}

/** SQLite would make an empty database, and a typing error in a path would look like a loss of everything. */
function refuseMissingFile(url: string): void {
  if (!url.startsWith('sqlite:')) return
  const file = url.slice('sqlite:'.length)
  if (file === ':memory:' || existsSync(file)) return
  throw new LongshoreError('LS_DATABASE_UNREACHABLE', `there is no database ${file}`, {
    hint: 'Start `longshore standalone` in this directory, name its --state-dir or --database-url, or make one with `longshore db migrate`.',
  })
}
