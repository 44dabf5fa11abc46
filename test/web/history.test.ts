import { expect, it } from 'vitest'
import { insertBackfill } from '../../shared/database/tables/backfills.js'
import { rows } from '../../shared/database/database.js'
import { Role } from '../../web/identity/access.js'
import { ApiSite, inNamespace } from './site.js'

const DAYS = 10_000
const OTHERS = 2
/** Of a slow machine that does other things; each takes a few dozen milliseconds. */
const QUICK_MS = 3_000

interface Made { readonly backfill: number }
interface Progress { readonly items: readonly { readonly backfill: number; readonly total: number; readonly runs: Readonly<Record<string, number>>; readonly leftMs?: number | null }[]; readonly next: string | null }

async function timed<T>(work: () => Promise<T>): Promise<T> {
  const started = performance.now()
  const value = await work()
  expect(performance.now() - started).toBeLessThan(QUICK_MS)
  return value
}

it('backfills of 10,000 runs are listed and shown without reading a run, and events of others cost nothing', async () => {
  const site = await ApiSite.open('mysql')
  const { installation } = site
  const { database } = installation
  const scheduler = await installation.scheduler()
  await installation.dag('dag: sales.a\nschedule: "0 0 * * *"\nstart: 1990-01-01\ncatchup: false\ntasks: { one: { kind: empty } }\n')
  await scheduler.stop()
  await site.ask('PATCH', '/dags/sales.a', { body: { paused: true } })
  const first = Date.UTC(1990, 0, 1)
  const made = await site.ask('POST', '/dags/sales.a/backfills', { body: { from: '1990-01-01', to: new Date(first + (DAYS - 1) * 86_400_000).toISOString() } })
  expect(made.status, JSON.stringify(made.body).slice(0, 300)).toBe(201)
  const { backfill } = made.body as Made
  const [{ dag_key }] = await rows<{ dag_key: number }>(database, 'SELECT dag_key FROM dags WHERE dag_id = ?', ['sales.a']) as [{ dag_key: number }]
  for (let other = 1; other <= OTHERS; other += 1) {
    const key = await database.transact('more', tx => insertBackfill(tx, { dag_key, from_date: 0, to_date: 1, reprocess: 'none', max_active_runs: 1, is_backwards: false, params: '{}', skipped: 0, created_by: null, created_at: 1 }))
    await database.query.raw(`INSERT INTO dag_runs (dag_key, version_key, run_id, type, state, logical_date, interval_start, interval_end, params, due_at, started_at, ended_at, backfill_key)
      SELECT dag_key, version_key, CONCAT(run_id, '+', ?), type, 'success', logical_date, interval_start, interval_end, params, due_at, 1000, 3000, ? FROM dag_runs WHERE backfill_key = ?`, [other, key, backfill])
  }

  const list = await timed(() => site.ask('GET', '/backfills'))
  const { items } = list.body as Progress
  expect(items.map(({ total }) => total)).toEqual(Array<number>(OTHERS + 1).fill(DAYS))
  expect(items.at(-1)?.runs).toMatchObject({ queued: DAYS })
  expect((await timed(() => site.ask('GET', `/dags/sales.a/backfills/${backfill}`))).body).toMatchObject({ backfill, total: DAYS })
  expect((await timed(() => site.ask('GET', '/dags/sales.a/runs?type=backfill&limit=50'))).body).toMatchObject({ items: { length: 50 } })
  const [plan] = await rows<{ key: string; Extra: string }>(database, 'EXPLAIN SELECT backfill_key, state, COUNT(*), SUM(ended_at - started_at) FROM dag_runs WHERE backfill_key IN (?, ?) GROUP BY backfill_key, state', [backfill, backfill + 1])
  expect(plan).toMatchObject({ key: 'dag_runs_of_backfill', Extra: expect.stringContaining('Using index') })

  const [{ run_key }] = await rows<{ run_key: number }>(database, 'SELECT run_key FROM dag_runs WHERE backfill_key = ? ORDER BY run_key LIMIT 1', [backfill]) as [{ run_key: number }]
  const post = (count: number, run: number | null) => database.query.raw(`INSERT INTO external_events (name, run_key, payload, is_rejected, created_at) SELECT 'go', ?, 'null', 0, 1 FROM dag_runs LIMIT ${count}`, [run])
  await post(1, run_key)
  await post(20_010, null)
  const inSales = { grants: inNamespace('sales', Role.viewer) }
  const page = await timed(() => site.ask('GET', '/events?name=go', inSales))
  expect(page.body, 'one page looks at 20,000').toMatchObject({ items: [], next: expect.any(String) })
  const second = await site.ask('GET', `/events?name=go&cursor=${(page.body as Progress).next}`, inSales)
  expect(second.body).toMatchObject({ items: [{ event: 'go' }], next: null })
}, 60_000)
