import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Database, rows } from '../../shared/database/database.js'
import { createDatabase } from '../harness/mariadb.js'
import { tempDir } from '../harness/temp-dir.js'

async function open(dialect: 'mysql' | 'sqlite', pools = 1): Promise<Database[]> {
  const url = dialect === 'mysql' ? (await createDatabase()).url : `sqlite:${join(tempDir('sqlite'), 'test.db')}`
  const databases = Array.from({ length: pools }, () => new Database(url, 4))
  onTestFinished(async () => { for (const database of databases) await database.close() })
  return databases
}

describe.each(['mysql', 'sqlite'] as const)('a transaction on %s', dialect => {
  it('that loses a race for locks is repeated as a whole', async () => {
    const [a, b] = await open(dialect, 2) as [Database, Database]
    await a.query.raw('CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)')
    await a.query('t').insert([{ id: 1, n: 0 }, { id: 2, n: 0 }])
    let starts = 0
    const bump = (database: Database, first: number, second: number): Promise<void> => database.transact('bump', async ({ query }) => {
      starts += 1
      await query('t').where({ id: first }).increment('n')
      await new Promise(resolve => setTimeout(resolve, 50))
      await query('t').where({ id: second }).increment('n')
    })
    await Promise.all([bump(a, 1, 2), bump(b, 2, 1), bump(a, 1, 2), bump(b, 2, 1)])
    expect(await rows(a, 'SELECT n FROM t ORDER BY id')).toEqual([{ n: 4 }, { n: 4 }])
    expect(starts).toBeGreaterThanOrEqual(4)
  })

  it('whose work fails leaves nothing behind', async () => {
    const [database] = await open(dialect) as [Database]
    await database.query.raw('CREATE TABLE t (id INTEGER PRIMARY KEY)')
    await expect(database.transact('fails', async ({ query }) => {
      await query('t').insert({ id: 1 })
      throw new Error('no')
    })).rejects.toThrow('no')
    expect(await rows(database, 'SELECT * FROM t')).toEqual([])
  })
})

it('every MySQL session is READ COMMITTED and waits 10 s for a lock', async () => {
  const [database] = await open('mysql') as [Database]
  expect(await rows(database, 'SELECT @@tx_isolation AS isolation, @@innodb_lock_wait_timeout AS wait, @@time_zone AS zone')).toEqual([{ isolation: 'READ-COMMITTED', wait: 10, zone: '+00:00' }])
})

it('a database that does not answer, or of no known kind, is refused with what to do', async () => {
  const away = new Database('mysql://root@127.0.0.1:1/nothing', 1)
  await expect(away.check()).rejects.toMatchObject({ code: 'LS_DATABASE_UNREACHABLE' })
  await away.close()
  expect(() => new Database('postgres://x', 1)).toThrow(/must start with mysql:\/\/ or sqlite:/)
})
