import { now, type Database } from '../../shared/database/database.js'
import { schemaStatus } from '../../shared/database/migrate.js'
import { serverVariables, serverVersion } from '../../shared/database/server-variables.js'
import { countDeadLetters } from '../../shared/database/tables/dead-letters.js'
import { withAnyDatabase } from '../database.js'
import { fail, failed, ok, warn, type Check, type Finding } from './check.js'
import { judgeVariables, WATCHED_VARIABLES } from './mysql-variables.js'

const CLOCK_WARN_MS = 2_000

export const checkDatabase: Check = async ({ config, origin, role }) => {
  if (role === 'worker') return []
  if (role === 'standalone' && origin.databaseUrl === 'default') return [ok('database', 'none is set; standalone makes an SQLite database in its state directory')]
  try {
    return await withAnyDatabase(config, async database => [
      ok('database', `${database.label}, ${database.dialect.name === 'mysql' ? '' : 'SQLite '}${await serverVersion(database)}`),
      ...await checkServer(database, config.databasePool), await checkClock(database), ...await checkTables(database),
    ])
  } catch (error) {
    return [failed('database', error)]
  }
}

async function checkServer(database: Database, pool: number): Promise<Finding[]> {
  return database.dialect.name === 'mysql' ? judgeVariables(await serverVariables(database, WATCHED_VARIABLES), pool) : []
}

/** Half of the round trip belongs to the way there. */
async function checkClock(database: Database): Promise<Finding> {
  const before = Date.now()
  const theirs = await now(database)
  const difference = theirs - (before + Date.now()) / 2
  const text = `${Math.abs(Math.round(difference))} ms ${difference < 0 ? 'behind' : 'ahead of'} this host`
  if (Math.abs(difference) < CLOCK_WARN_MS) return ok('clock', `the database is ${text}`)
  return warn('clock', `the database is ${text}`, 'Synchronise the clocks (chrony, systemd-timesyncd). Runs start by the database\'s clock; times in logs are the host\'s.')
}

async function checkTables(database: Database): Promise<Finding[]> {
  const { pending, unknown, applied } = await schemaStatus(database)
  if (unknown.length > 0) return [fail('schema', `made by a newer Longshore: it has ${unknown.join(', ')}`, 'Upgrade this longshore to the version that made the schema.')]
  if (pending.length > 0) return [fail('schema', `lacks ${pending.join(', ')}`, 'Run `longshore db migrate`; a scheduler does so too when it starts.')]
  const letters = await countDeadLetters(database)
  return [
    ok('schema', `up to date (${applied.at(-1) ?? 'empty'})`),
    letters === 0 ? ok('dead letters', 'none')
      : warn('dead letters', `${letters} worker event(s) could not be applied`, 'Look at the table dead_letters: `reason` says why. If something other than a worker wrote them, find out what has access to Redis.'),
  ]
}
