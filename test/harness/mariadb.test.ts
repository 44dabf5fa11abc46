import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise'
import { afterAll, expect, it } from 'vitest'
import { createDatabase, startMariadb } from './mariadb.js'

const connections: Connection[] = []
async function connectTo(url: string): Promise<Connection> {
  const connection = await createConnection(url)
  connection.on('error', () => {})
  connections.push(connection)
  return connection
}
afterAll(() => connections.forEach(connection => connection.destroy()))

it('gives each caller an empty database of its own', async () => {
  const [one, other] = await Promise.all([createDatabase(), createDatabase()])
  expect(one.name).not.toBe(other.name)
  const connection = await connectTo(one.url)
  await connection.query('CREATE TABLE t (id INT PRIMARY KEY) ENGINE=InnoDB')
  const [tables] = await (await connectTo(other.url)).query<RowDataPacket[]>('SHOW TABLES')
  expect(tables).toEqual([])
})

it('keeps what was committed, and only that, through kill -9', async () => {
  const server = await startMariadb()
  const { url } = await server.createDatabase()
  const connection = await connectTo(url)
  await connection.query('CREATE TABLE t (id INT PRIMARY KEY) ENGINE=InnoDB')
  await connection.query('INSERT INTO t VALUES (1)')
  await connection.beginTransaction()
  await connection.query('INSERT INTO t VALUES (2)')
  await server.kill()
  expect(server.pid).toBeNull()
  await server.restart()
  const [rows] = await (await connectTo(url)).query<RowDataPacket[]>('SELECT id FROM t')
  expect(rows).toEqual([{ id: 1 }])
})
