import { expect, it, onTestFinished } from 'vitest'
import { Database, rows } from '../../shared/database/database.js'
import { createLog } from '../../shared/log.js'
import { buildApp, type App } from '../../web/app.js'
import { toCursor } from '../../web/http/cursor.js'
import { addHistory, HISTORY_START, type PastRuns } from '../harness/history.js'
import { Installation } from '../scheduler/installation.js'

const HOUR_MS = 3_600_000
/** More than a page of {@link LIMIT} holds whatever is asked for; ten times as long later. */
const RUNS = 200
const MORE_RUNS = 2_000
const TASKS = 10
const BACKFILL_OF = 20
const LIMIT = 5
/** Rows that an answer may read more when the history is ten times as long. */
const MARGIN = 30
/** Of conditions that go with no index, what one page looks at. */
const WINDOW = 20_000
/** Rows that are read for the 2,000 instances that one page looks at. */
const LOOKED_AT = 8 * 2_000

const past = (from: number, to: number): readonly [PastRuns] => [{ dag: 'sales.load', tasks: TASKS, from, to, everyMs: HOUR_MS }]

interface Asked {
  /** After the path, with what stands for its parameters. */
  readonly query?: readonly string[]
  /** Who asks may read this namespace only. */
  readonly namespace?: string
  /** Rows that it may read instead, however long the history is. */
  readonly most?: number
}

/** A page in the middle of the shorter history, which is far from the newest run of the longer one. */
const MIDDLE = toCursor([HISTORY_START + 100 * HOUR_MS, 1])

const PARAMETERS: Readonly<Record<string, string>> = { dag: 'sales.load', run: 'r150', task: 't3', fence: '1', backfill: '1', number: '1', pool: 'none', user: 'nobody', worker: 'nobody' }

/** What each path is asked for besides itself. A new route with filters gets its own. */
const ASKED: Readonly<Record<string, readonly Asked[]>> = {
  '/runs': [
    { query: ['state=failed', 'state=running&state=queued', 'type=manual', 'type=scheduled&state=failed', 'dag=sales.load', 'dag=sales.load&state=failed', `cursor=${toCursor([50])}`] },
    { query: ['from=2025-01-02T00:00:00Z', 'to=2024-01-02T00:00:00Z', 'due=2030-01-01T00:00:00Z', 'dag=sales.load&type=manual'], most: WINDOW }, { query: [''], namespace: 'other', most: WINDOW },
  ],
  '/dags/{dag}/runs': [{ query: ['state=failed', 'state=cancelled', 'type=manual', 'type=manual&state=failed', 'from=2025-01-02T00:00:00Z&to=2025-01-03T00:00:00Z', `cursor=${MIDDLE}`] }],
  '/dags/{dag}/grid': [{ query: ['runs=28', `runs=10&before=${MIDDLE}`] }],
  '/dags/{dag}/calendar': [{ query: ['from=2025-01-01&to=2025-01-07'] }],
  '/dags/{dag}/durations': [{ query: ['task=t3'] }],
  '/dags/{dag}/graph': [{ query: ['run=r150'] }],
  '/dags/{dag}/runs/{run}/tasks': [{ query: ['state=failed', 'task=t3'] }],
  '/tasks': [{ query: ['state=failed', 'sort=oldest', 'queue=default', `cursor=${MIDDLE}`] }, { query: ['dag=none', 'worker=nobody'], most: LOOKED_AT }, { query: [''], namespace: 'other', most: LOOKED_AT }],
  '/events': [{ query: ['name=event7'] }, { query: [''], namespace: 'other', most: 3 * WINDOW }],
  '/audit': [{ query: ['principal=user7', 'action=run.clear', 'dag=sales.load', 'principal=nobody&action=run.clear'] }],
}

/** A stream. */
const LEFT_OUT = new Set(['/changes'])

it('what an answer of the API reads does not grow with the history', async () => {
  const installation = await Installation.create('mysql')
  // One connection, whose counters tell what was read for an answer.
  const database = new Database(installation.databaseUrl, 1)
  onTestFinished(() => database.close())
  const config = installation.config({ requestsPerMinute: 'unlimited' })
  const open = async (): Promise<App> => {
    const app = await buildApp({
      config, database, wake: async () => {},
      authenticator: { authenticate: async ({ headers }) => ({ kind: 'user', user: 1, name: 'ann', grants: [{ role: 'admin', namespace: String(headers['x-namespace'] ?? '*') }], byCookie: false }) },
    }, createLog('error', 'web'))
    onTestFinished(() => app.close())
    return app
  }
  const { paths } = JSON.parse((await (await open()).inject('/api/v1/openapi.json')).body) as { readonly paths: Readonly<Record<string, { readonly get?: { readonly parameters?: readonly { readonly name: string }[] } }>> }
  const lists = new Map(Object.entries(paths).flatMap(([path, { get }]) => (get === undefined || LEFT_OUT.has(path.replace('/api/v1', '')) ? [] : [[path.replace('/api/v1', ''), ['limit', 'cursor'].every(one => get.parameters?.some(({ name }) => name === one))] as const])))
  expect(lists.size).toBeGreaterThan(30)
  expect([...lists.keys()], 'only paths that there are are asked').toEqual(expect.arrayContaining(Object.keys(ASKED)))

  const readSoFar = async (): Promise<number> => (await rows<{ Value: string }>(database, `SHOW SESSION STATUS LIKE 'Handler_read%'`)).reduce((sum, { Value }) => sum + Number(Value), 0)
  // To ask for the counters reads some, the same each time.
  const asking = -(await readSoFar()) + await readSoFar()
  const measure = async (): Promise<Map<string, { readonly read: number; readonly most: number | undefined }>> => {
    // A new one: nothing is kept from before.
    const app = await open()
    const found = new Map<string, { read: number; most: number | undefined }>()
    for (const [path, isPaged] of lists) {
      for (const { query = [''], namespace, most } of [{}, ...ASKED[path] ?? []] as readonly Asked[]) {
        for (const one of query) {
          const url = `${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => PARAMETERS[name] ?? '')}?${one}${isPaged ? `&limit=${LIMIT}` : ''}`
          const before = await readSoFar()
          const { statusCode, body } = await app.inject({ method: 'GET', url: `/api/v1${url}`, headers: namespace === undefined ? {} : { 'x-namespace': namespace } })
          expect(statusCode, `${url}: ${body}`).toBeLessThan(statusCode === 404 || statusCode === 403 ? 500 : 400)
          found.set(namespace === undefined ? url : `${url} in ${namespace}`, { read: await readSoFar() - before - asking, most })
        }
      }
    }
    return found
  }

  await addHistory(installation.database, installation.databaseUrl, past(1, RUNS), BACKFILL_OF)
  const short = await measure()
  await addHistory(installation.database, installation.databaseUrl, past(RUNS + 1, MORE_RUNS), BACKFILL_OF)
  const long = await measure()
  const grown = [...long].filter(([url, { read, most }]) => read > (most ?? (short.get(url)?.read ?? 0) + MARGIN)).map(([url, { read }]) => `${url}: ${short.get(url)?.read} rows, then ${read}`)
  expect(grown).toEqual([])
}, 120_000)
