import { gunzipSync } from 'node:zlib'
import { loadConfig } from '../../shared/config/load.js'
import { compileDag } from '../../shared/dag/compile.js'
import type { DagVersion } from '../../shared/dag/model.js'
import { Database, execute, rows } from '../../shared/database/database.js'
import { migrate } from '../../shared/database/migrate.js'
import { createLog } from '../../shared/log.js'
import { storeUnscheduledDag } from '../../shared/operations/store-dag.js'
import { buildApp, type App } from '../../web/app.js'
import { quantile } from '../statistics.js'
import type { Stage } from '../stage.js'

/** Runs that stand for the history of the installation, and tasks in each. */
const BULK_TASKS = 100
const CHUNK_RUNS = 1_000
const MOST_BYTES = 100_000
const MOST_MS = 50

interface Row {
  readonly path: string
  readonly firstMs: number
  readonly medianMs: number
  readonly p95Ms: number
  /** As sent, compressed. */
  readonly bytes: number
  readonly plainBytes: number
}

export interface W8Report {
  readonly workload: 'W8'
  readonly instances: number
  readonly rows: readonly Row[]
  readonly correct: boolean
  readonly text: string
}

/** What the API's answers cost with a long history: `instances` task instances in MariaDB. */
export async function runW8(stage: Stage, { instances, asks }: { readonly instances: number; readonly asks: number }): Promise<W8Report> {
  const databaseUrl = await stage.createDatabase()
  const database = new Database(databaseUrl, 4)
  try {
    await migrate(database)
    await seed(database, instances)
    const { config } = loadConfig({ file: 'none', fileRequired: false, environment: {}, flags: { databaseUrl, redisUrl: '', stateDir: stage.makeFolder('w8'), logLevel: 'error' } })
    const app = await buildApp({ config, database, wake: async () => {}, authenticator: { authenticate: async () => ({ kind: 'user', user: 1, name: 'bench', grants: [{ role: 'admin', namespace: '*' }], byCookie: false }) } }, createLog('error', 'web'))
    try {
      const results: Row[] = []
      for (const path of PATHS) results.push(await measure(app, path, asks))
      const correct = results.every(({ p95Ms, bytes }) => p95Ms <= MOST_MS && bytes <= MOST_BYTES)
      return { workload: 'W8', instances, rows: results, correct, text: toText(instances, results) }
    } finally {
      await app.close()
    }
  } finally {
    await database.close()
  }
}

const PATHS = [
  '/dags', '/dags/grid.wide/grid?runs=28', '/dags/grid.widest/grid?runs=10', '/dags/long.past/grid?runs=28', '/dags/long.past/calendar?from=2025-01-01&to=2025-12-31', '/dags/long.past/durations',
  '/dags/long.past/runs?limit=50', '/dags/long.past/runs?state=failed', '/dags/long.past/runs?type=manual', '/dags/bulk.all/runs?state=failed', '/dags/bulk.all/grid', '/runs', '/runs?state=failed', '/runs?state=running',
  '/runs?type=manual', '/dags/grid.wide/runs/r1', '/dags/grid.wide/runs/r1/tasks?limit=500', '/dags/grid.wide/runs/r1/tasks?state=failed', '/dags/grid.wide/runs/r1/gantt?limit=2000', '/dags/grid.wide/runs/r1/tasks/t7', '/dags/grid.wide/graph?run=r1',
]

function versionOf(dag: string, tasks: number): DagVersion {
  const locate = () => ({ file: 'bench.yaml', line: null, column: null })
  const compiled = compileDag({ id: dag, options: {}, locate, tasks: Array.from({ length: tasks }, (_, index) => ({ id: `t${index}`, options: { image: 'bench', command: ['work', '{{ logical_date }}'] }, after: index === 0 ? [] : ['t0'], locate })) })
  if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join('; '))
  return compiled.version
}

async function seed(database: Database, instances: number): Promise<void> {
  const shapes = [['grid.wide', 2_000, 28], ['grid.widest', 5_000, 10], ['long.past', 1, 10_000], ['bulk.all', BULK_TASKS, Math.ceil(instances / BULK_TASKS)]] as const
  for (const [dag, tasks, runs] of shapes) {
    await storeUnscheduledDag(database, versionOf(dag, tasks), 'bench.yaml')
    const [row] = await rows<{ dag_key: number; version_key: number }>(database, 'SELECT dag_key, version_key FROM dags WHERE dag_id = ?', [dag])
    if (row !== undefined) for (let from = 1; from <= runs; from += CHUNK_RUNS) await seedRuns(database, row, tasks, from, Math.min(runs, from + CHUNK_RUNS - 1))
  }
  await execute(database, 'ANALYZE TABLE dag_runs, task_instances')
}

/** One run an hour; one in a hundred has failed, with one of its tasks. */
async function seedRuns(database: Database, { dag_key: dag, version_key: version }: { readonly dag_key: number; readonly version_key: number }, tasks: number, first: number, last: number): Promise<void> {
  const date = '(1735689600000 + n.seq * 3600000)'
  await execute(database, `INSERT INTO dag_runs (dag_key, version_key, run_id, type, state, logical_date, interval_start, interval_end, params, due_at, started_at, ended_at)
    SELECT ?, ?, CONCAT('r', n.seq), 'scheduled', IF(n.seq % 100 = 0, 'failed', 'success'), ${date}, ${date}, ${date}, '{}', ${date}, ${date}, ${date} + 60000 FROM seq_${first}_to_${last} n`, [dag, version])
  await execute(database, `INSERT INTO task_instances (run_key, dag_key, task_id, map_index, state, queue, broker_priority, fence, lane_key, started_at, ended_at)
    SELECT r.run_key, r.dag_key, CONCAT('t', n.seq), -1, IF(r.state = 'failed' AND n.seq = 0, 'failed', 'success'), 'default', 100, 0, 0, r.started_at, r.ended_at
    FROM dag_runs r JOIN seq_0_to_${tasks - 1} n WHERE r.dag_key = ? AND r.run_id IN (SELECT CONCAT('r', seq) FROM seq_${first}_to_${last})`, [dag])
}

async function measure(app: App, path: string, asks: number): Promise<Row> {
  const times: number[] = []
  let sent: Buffer = Buffer.alloc(0)
  let plain = 0
  for (let n = 0; n <= asks; n += 1) {
    const before = performance.now()
    const answer = await app.inject({ method: 'GET', url: `/api/v1${path}`, headers: { 'accept-encoding': 'gzip' } })
    times.push(performance.now() - before)
    if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode} ${answer.body}`)
    sent = answer.rawPayload
    plain = answer.headers['content-encoding'] === 'gzip' ? (n === 0 ? gunzipSync(sent).length : plain) : sent.length
  }
  const [firstMs = 0, ...rest] = times
  return { path, firstMs, medianMs: quantile(rest, 0.5), p95Ms: quantile(rest, 0.95), bytes: sent.length, plainBytes: plain }
}

function toText(instances: number, results: readonly Row[]): string {
  const lines = results.map(({ path, firstMs, medianMs, p95Ms, bytes, plainBytes }) =>
    `${path.padEnd(62)} ${firstMs.toFixed(1).padStart(8)} ${medianMs.toFixed(1).padStart(8)} ${p95Ms.toFixed(1).padStart(8)} ${String(bytes).padStart(8)} ${String(plainBytes).padStart(9)}${p95Ms > MOST_MS || bytes > MOST_BYTES ? '  over' : ''}`)
  return [`W8: answers of the API with ${instances} task instances; p95 at most ${MOST_MS} ms and ${MOST_BYTES} bytes`, `${'path'.padEnd(62)} ${'first ms'.padStart(8)} ${'median'.padStart(8)} ${'p95'.padStart(8)} ${'bytes'.padStart(8)} ${'plain'.padStart(9)}`, ...lines].join('\n')
}
