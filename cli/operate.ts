import type { Config } from '../shared/config/schema.js'
import type { Database } from '../shared/database/database.js'
import { wakeSchedulers } from '../shared/operations/wake-schedulers.js'
import { withDatabase } from './database.js'

/** Does one operation of a person on the database, and has the schedulers look at what it left. */
export async function operate<T>(config: Config, work: (database: Database) => Promise<T>): Promise<T> {
  const result = await withDatabase(config, work)
  await wakeSchedulers(config)
  return result
}
