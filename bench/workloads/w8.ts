import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { gunzipSync } from 'node:zlib'
import { loadConfig } from '../../shared/config/load.js'
import { Database, rows } from '../../shared/database/database.js'
import { migrate } from '../../shared/database/migrate.js'
import { createLog } from '../../shared/log.js'
import { buildApp, type App } from '../../web/app.js'
import { toCursor } from '../../web/http/cursor.js'
import { addHistory, HISTORY_START, type PastRuns } from '../../test/harness/history.js'
import { quantile } from '../statistics.js'
import { cpuSecondsOf } from '../machine-cpu.js'
import type { Stage } from '../stage.js'
import { measurePages, PAGES_TARGET, type PageRow } from './w8-pages.js'

const MOST_BYTES = 100_000
const MOST_MS = 50

/** What holds the newest of the history in memory, as on a server of 8 GB; loading it sorts indexes in large pieces. */
export const W8_DATABASE = ['--innodb-buffer-pool-size=4G', '--innodb-log-file-size=1G', '--innodb-sort-buffer-size=64M', '--innodb-flush-method=O_DIRECT']

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const BULK_TASKS = 100
const BACKFILL_OF = 500

/** Most of it is runs of one DAG, every five minutes. */
const historyOf = (instances: number): readonly [PastRuns, ...PastRuns[]] => [
  { dag: 'bulk.all', tasks: BULK_TASKS, from: 1, to: Math.ceil(instances / BULK_TASKS), everyMs: 5 * MINUTE_MS },
  { dag: 'grid.wide', tasks: 2_000, from: 1, to: 28, everyMs: HOUR_MS },
  { dag: 'grid.widest', tasks: 5_000, from: 1, to: 10, everyMs: HOUR_MS },
  { dag: 'long.past', tasks: 1, from: 1, to: 10_000, everyMs: HOUR_MS },
]

interface Row {
  readonly path: string
  readonly firstMs: number
  readonly medianMs: number
  readonly p95Ms: number
  /** CPU time of the process that answers, and of the database, per request. */
  readonly webCpuMs: number
  readonly databaseCpuMs: number
  /** Of the machine while it was measured, over a minute. */
  readonly load: number
  /** As sent, compressed. */
  readonly bytes: number
  readonly plainBytes: number
}

export interface W8Report {
  readonly workload: 'W8'
  readonly instances: number
  readonly fillSeconds: number
  readonly rows: readonly Row[]
  readonly pages: readonly PageRow[]
  readonly correct: boolean
  readonly text: string
}

interface W8Options {
  readonly instances: number
  readonly asks: number
  /** Also in Chromium. */
  readonly pages: boolean
  /** A database on this machine that was filled before; it stays. */
  readonly filled: string | null
}

/** What the API's answers cost with a long history: `instances` task instances in MariaDB. */
export async function runW8(stage: Stage, { instances, asks, pages, filled }: W8Options): Promise<W8Report> {
  const databaseUrl = filled ?? await stage.createDatabase()
  const database = new Database(databaseUrl, 4)
  try {
    const startedAt = performance.now()
    if (filled === null) {
      await migrate(database)
      await stage.withoutFlushing(() => addHistory(database, databaseUrl, historyOf(instances), BACKFILL_OF))
    }
    const fillSeconds = (performance.now() - startedAt) / 1_000
    const { config } = loadConfig({ file: 'none', fileRequired: false, environment: {}, flags: { databaseUrl, redisUrl: stage.redisUrl, stateDir: stage.makeFolder('w8'), logLevel: 'error', requestsPerMinute: 'unlimited' } })
    const app = await buildApp({ config, database, wake: async () => {}, authenticator: { authenticate: async ({ headers }) => ({ kind: 'user', user: 1, name: 'bench', grants: [{ role: 'admin', namespace: typeof headers['x-bench-namespace'] === 'string' ? headers['x-bench-namespace'] : '*' }], byCookie: false }) } }, createLog('error', 'web'))
    try {
      const [server] = await rows<{ file: string }>(database, 'SELECT @@pid_file AS file')
      const databasePid = Number(readFileSync(server?.file ?? '', 'utf8'))
      const results: Row[] = []
      for (const [path, namespace] of pathsFor(instances)) results.push(await measure(databasePid, app, path, namespace ?? null, asks))
      const shown = pages ? await measurePages(app) : []
      const correct = results.every(({ p95Ms, bytes }) => p95Ms <= MOST_MS && bytes <= MOST_BYTES) && shown.every(({ isGood }) => isGood)
      return { workload: 'W8', instances, fillSeconds, rows: results, pages: shown, correct, text: toText(instances, fillSeconds, results, shown) }
    } finally {
      await app.close()
    }
  } finally {
    await database.close()
  }
}

/** Paths, and the one namespace that whoever asks may read; none: all. */
const pathsFor = (instances: number): (readonly [path: string, namespace?: string])[] => {
  const middle = Math.ceil(instances / 200)
  return [
    ['/dags'], ['/dags/bulk.all'], ['/dags/grid.wide/grid?runs=28'], ['/dags/grid.widest/grid?runs=10'], ['/dags/long.past/grid?runs=28'], ['/dags/bulk.all/grid?runs=100'], [`/dags/bulk.all/grid?before=${toCursor([HISTORY_START + middle * 300_000, middle])}`],
    ['/dags/long.past/calendar?from=2025-01-01&to=2025-12-31'], ['/dags/bulk.all/calendar?from=2025-01-01&to=2025-12-31'], ['/dags/long.past/durations'], ['/dags/bulk.all/durations?runs=500'], ['/dags/bulk.all/durations?runs=500&task=t7'],
    ['/dags/long.past/runs?limit=50'], ['/dags/long.past/runs?state=failed'], ['/dags/long.past/runs?type=manual'], ['/dags/bulk.all/runs?limit=500'], ['/dags/bulk.all/runs?state=failed'], ['/dags/bulk.all/runs?state=cancelled'],
    ['/dags/bulk.all/runs?type=manual&state=failed'], ['/dags/bulk.all/runs?from=2025-02-01T00:00:00Z&to=2025-02-02T00:00:00Z'], [`/dags/bulk.all/runs?cursor=${toCursor([HISTORY_START + middle * 300_000, middle])}`],
    ['/runs'], ['/runs?state=failed'], ['/runs?state=running'], ['/runs?type=manual'], ['/runs?type=scheduled&state=failed'], ['/runs?dag=long.past'], ['/runs?dag=bulk.all&state=failed'], ['/runs?from=2030-01-01T00:00:00Z'], ['/runs?due=2025-01-01T00:00:00Z'], [`/runs?cursor=${toCursor([middle])}`], ['/runs', 'long'], ['/runs?state=failed', 'grid'],
    ['/dags/grid.wide/runs/r1'], ['/dags/grid.wide/runs/r1/tasks?limit=500'], ['/dags/grid.wide/runs/r1/tasks?state=failed'], ['/dags/grid.wide/runs/r1/gantt?limit=500'], ['/dags/grid.wide/runs/r1/tasks/t7'], ['/dags/grid.wide/runs/r1/tasks/t7/why'], ['/dags/grid.wide/graph?run=r1'], ['/dags/bulk.all/graph?run=r7'],
    ['/tasks'], ['/tasks?limit=500'], ['/tasks?state=failed'], ['/tasks?state=scheduled,running'], ['/tasks?sort=oldest'], ['/tasks?queue=default'], ['/tasks?dag=long.past'], ['/tasks?worker=worker-7'], ['/tasks?worker=nobody'], [`/tasks?cursor=${toCursor([HISTORY_START + middle * 300_000, 1])}`], ['/tasks', 'long'],
    ['/backfills'], ['/backfills?limit=500'], ['/backfills/1'], ['/dags/bulk.all/backfills'], ['/backfills', 'long'], ['/assets'], ['/events'], ['/events?name=event7'], ['/events', 'long'],
    ['/audit'], ['/audit?principal=user7'], ['/audit?action=run.clear'], ['/audit?dag=bulk.all'], ['/audit?principal=user7&action=run.clear'], ['/audit?principal=nobody&action=run.clear'],
    ['/workers?gone=true'], ['/queues'], ['/pools'], ['/import-errors'], ['/health'],
  ]
}

async function measure(databasePid: number, app: App, path: string, namespace: string | null, asks: number): Promise<Row> {
  const times: number[] = []
  let sent: Buffer = Buffer.alloc(0)
  let plain = 0
  let [web, databaseCpu] = [process.cpuUsage(), cpuSecondsOf(databasePid)]
  for (let n = 0; n <= asks; n += 1) {
    const before = performance.now()
    const answer = await app.inject({ method: 'GET', url: `/api/v1${path}`, headers: { 'accept-encoding': 'gzip', ...(namespace !== null && { 'x-bench-namespace': namespace }) } })
    times.push(performance.now() - before)
    if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode} ${answer.body}`)
    sent = answer.rawPayload
    if (n === 0) {
      plain = answer.headers['content-encoding'] === 'gzip' ? gunzipSync(sent).length : sent.length;
      [web, databaseCpu] = [process.cpuUsage(), cpuSecondsOf(databasePid)]
    }
  }
  const [firstMs = 0, ...rest] = times
  const used = process.cpuUsage(web)
  return {
    path: namespace === null ? path : `${path} (namespace ${namespace})`, firstMs, medianMs: quantile(rest, 0.5), p95Ms: quantile(rest, 0.95),
    webCpuMs: (used.user + used.system) / 1_000 / asks, databaseCpuMs: (cpuSecondsOf(databasePid) - databaseCpu) * 1_000 / asks, load: loadavg()[0] ?? 0, bytes: sent.length, plainBytes: plain,
  }
}

function toText(instances: number, fillSeconds: number, results: readonly Row[], pages: readonly PageRow[]): string {
  const wide = Math.max(...results.map(({ path }) => path.length))
  const heads = ['first ms', 'median', 'p95', 'web CPU', 'DB CPU', 'load', 'bytes', 'plain']
  const lines = results.map(({ path, firstMs, medianMs, p95Ms, webCpuMs, databaseCpuMs, load, bytes, plainBytes }) =>
    `${path.padEnd(wide)} ${[firstMs, medianMs, p95Ms, webCpuMs, databaseCpuMs, load].map(value => value.toFixed(1).padStart(8)).join(' ')} ${[bytes, plainBytes].map(value => String(value).padStart(8)).join(' ')}${p95Ms > MOST_MS || bytes > MOST_BYTES ? '  over' : ''}`)
  const shown = pages.map(({ page, interactiveMs, liveMs, isGood }) => `${page}: interactive after ${interactiveMs.map(Math.round).join(', ')} ms; a change was shown ${liveMs.map(Math.round).join(', ')} ms after its commit${isGood ? '' : '  over'}`)
  return [
    `W8: answers of the API with ${instances} task instances (filled in ${Math.round(fillSeconds)} s); p95 at most ${MOST_MS} ms and ${MOST_BYTES} bytes`, `${'path'.padEnd(wide)} ${heads.map(head => head.padStart(8)).join(' ')}`, ...lines,
    ...(shown.length === 0 ? [] : [`In Chromium: interactive within ${PAGES_TARGET.interactiveMs} ms, changes shown within ${PAGES_TARGET.liveMs} ms (medians)`, ...shown]),
  ].join('\n')
}
