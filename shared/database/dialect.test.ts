import { expect, it } from 'vitest'
import { createDatabase } from '../../test/harness/mariadb.js'
import { Database, rows } from './database.js'
import { jsonParameter, mysql } from './dialect.js'

it('half of an emoji, as a cut leaves it, does not spoil a batch', async () => {
  const database = new Database((await createDatabase()).url, 1)
  try {
    const text = '😀'.slice(0, 1)
    const found = await rows<{ t: string }>(database, `SELECT t FROM ${mysql.jsonRows([{ name: 'n', type: 'integer' }, { name: 't', type: 'text' }])} v`, [jsonParameter([[1, text], [2, 'fine']])])
    expect(found).toEqual([{ t: '\ufffd' }, { t: 'fine' }])
  } finally {
    await database.close()
  }
})

it('the time until something that is overdue is below zero, and no error', async () => {
  const database = new Database((await createDatabase()).url, 1)
  try {
    const [row] = await rows<{ wait: number }>(database, `SELECT 5 - ${mysql.now} AS wait`)
    expect(row?.wait).toBeLessThan(0)
  } finally {
    await database.close()
  }
})
