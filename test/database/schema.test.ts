import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Database } from '../../shared/database/database.js'
import { checkSchema, migrate, rollback, schemaStatus } from '../../shared/database/migrate.js'
import { MIGRATIONS } from '../../shared/database/migrations/index.js'
import { runLongshore } from '../harness/longshore.js'
import { createDatabase } from '../harness/mariadb.js'
import { tempDir } from '../harness/temp-dir.js'
import { dumpSchema } from './dump.js'

async function open(dialect: 'mysql' | 'sqlite'): Promise<{ readonly url: string; readonly database: Database }> {
  const url = dialect === 'mysql' ? (await createDatabase()).url : `sqlite:${join(tempDir('sqlite'), 'test.db')}`
  const database = new Database(url, 3)
  onTestFinished(() => database.close())
  return { url, database }
}

describe.each(['mysql', 'sqlite'] as const)('the schema on %s', dialect => {
  it('is the one in the golden dump', async () => {
    const { database } = await open(dialect)
    await migrate(database)
    await expect(await dumpSchema(database)).toMatchFileSnapshot(`schema.${dialect}.sql`)
  })

  it('goes up, down and up again to the same end', async () => {
    const { database } = await open(dialect)
    expect(await migrate(database)).toEqual(MIGRATIONS.map(({ name }) => name))
    const before = await dumpSchema(database)
    for (const _ of MIGRATIONS) expect(await rollback(database)).toHaveLength(1)
    expect((await schemaStatus(database)).applied).toEqual([])
    await migrate(database)
    expect(await dumpSchema(database)).toBe(before)
    expect(await migrate(database)).toEqual([])
  })

  it('is made once when 20 processes start together', async () => {
    const { url, database } = await open(dialect)
    const all = await Promise.all(Array.from({ length: 20 }, () => runLongshore(['db', 'migrate', '--json'], { env: { LONGSHORE_DATABASE_URL: url }, timeout: 100_000 })))
    expect(all.map(({ code, stderr }) => (code === 0 ? 'ok' : stderr))).toEqual(Array<string>(20).fill('ok'))
    expect((await schemaStatus(database)).pending).toEqual([])
  }, 120_000)

  it('is mended when a process was killed while it migrated', async () => {
    const { database } = await open(dialect)
    await migrate(database)
    await database.query('knex_migrations_lock').update({ is_locked: 1 })
    await database.query('knex_migrations').delete()
    await migrate(database)
    await checkSchema(database)
  })

  it('of a newer version is refused, and left as it is', async () => {
    const { database } = await open(dialect)
    await migrate(database)
    await database.query('knex_migrations').insert({ name: '999-from-the-future', batch: 9, migration_time: new Date() })
    await expect(migrate(database)).rejects.toMatchObject({ code: 'LS_SCHEMA_NEWER' })
    await expect(checkSchema(database)).rejects.toThrow(/999-from-the-future/)
  })

  it('accepts no state that is not one, no second run for a logical date, no fence below 0', async () => {
    const { database } = await open(dialect)
    await migrate(database)
    const { query } = database
    await query('dags').insert({ dag_key: 1, dag_id: 'a', file: 'a', max_active_runs: 1, max_active_tasks: 1, updated_at: 0 })
    await query('dag_versions').insert({ version_key: 1, dag_key: 1, number: 1, hash: 'h', spec: '{}', created_at: 0 })
    const run = { dag_key: 1, version_key: 1, type: 'scheduled', state: 'queued', logical_date: 5, interval_start: 5, interval_end: 6, scheduled_for: 5, params: '{}', due_at: 6 }
    await query('dag_runs').insert({ ...run, run_key: 1, run_id: 'one' })
    await expect(query('dag_runs').insert({ ...run, run_id: 'two' })).rejects.toThrow()
    const instance = { run_key: 1, dag_key: 1, task_id: 't', state: 'none', queue: 'default', broker_priority: 1 }
    await query('task_instances').insert(instance)
    await expect(query('task_instances').insert(instance)).rejects.toThrow()
    await expect(query('task_instances').insert({ ...instance, task_id: 'u', state: 'nearly' })).rejects.toThrow()
    await expect(query('task_instances').insert({ ...instance, task_id: 'u', fence: -1 })).rejects.toThrow()
    await expect(query('dags').insert({ dag_id: 'b', file: 'b', max_active_runs: 0, max_active_tasks: 1, updated_at: 0 })).rejects.toThrow()
    await query('task_instances').insert({ ...instance, task_id: 'T' })
  })
})
