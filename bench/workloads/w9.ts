import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { Database, rows } from '../../shared/database/database.js'
import { insertRuns } from '../../shared/database/tables/dag-runs.js'
import { wakeChannel } from '../../shared/protocol/keys.js'
import { freePort } from '../../test/harness/free-port.js'
import { until } from '../../test/harness/wait.js'
import { difference, readCounters, type Counters } from '../counters.js'
import type { BenchProcess, Stage } from '../stage.js'

/** DAGs of one size in three shapes; each gives the upstream tasks of task `i` of `n`. */
const SHAPES = {
  /** 1 → n − 2 → 1 */
  wide: (i: number, n: number) => (i === 0 ? [] : i === n - 1 ? Array.from({ length: n - 2 }, (_, up) => up + 1) : [0]),
  deep: (i: number) => (i === 0 ? [] : [i - 1]),
  /** n − 1 → 1 */
  fan_in: (i: number, n: number) => (i === n - 1 ? Array.from({ length: n - 1 }, (_, up) => up) : []),
} as const satisfies Record<string, (i: number, n: number) => readonly number[]>
export type LargeShape = keyof typeof SHAPES
export const LARGE_SHAPES = Object.keys(SHAPES) as readonly LargeShape[]

/** Tasks that are measured at least, so that a small DAG gives enough ticks of CPU; it gets several runs. */
const LEAST_TASKS = 2_000
/** Of chains only the beginning is measured: 10,000 hops would take minutes. As many at once for every size, or batches would differ. */
const CHAINS = 5
const CHAIN_TASKS = 100
const WARM_UP_TASKS = 1_000

interface Row {
  readonly shape: LargeShape
  readonly tasks: number
  readonly events: number
  readonly correct: boolean
  /** Of each run. */
  readonly startMs: number
  /** Per finished task. */
  readonly cpuMs: number
  readonly wallMs: number
  readonly rowsRead: number
  readonly statements: number
  /** Upper bound: the histogram's bucket. */
  readonly longestTransactionMs: number
}

export interface W9Report {
  readonly workload: 'W9'
  readonly rows: readonly Row[]
  readonly correct: boolean
  readonly text: string
}

/** What the end of one task costs the scheduler, against the size of its DAG. */
export async function runW9(stage: Stage, { sizes, shapes }: { readonly sizes: readonly number[]; readonly shapes: readonly LargeShape[] }): Promise<W9Report> {
  const results: Row[] = []
  for (const shape of shapes) for (const tasks of sizes) results.push(await measure(stage, shape, tasks))
  const correct = results.every(row => row.correct)
  return { workload: 'W9', rows: results, correct, text: toText(results, correct) }
}

async function measure(stage: Stage, shape: LargeShape, tasks: number): Promise<Row> {
  const databaseUrl = await stage.createDatabase()
  const name = `w9-${databaseUrl.split('_').at(-1)}`
  const dagsDir = stage.makeFolder(`dags-${name}`)
  const port = await freePort()
  const environment = {
    LONGSHORE_DATABASE_URL: databaseUrl, LONGSHORE_REDIS_URL: stage.redisUrl, LONGSHORE_REDIS_PREFIX: name, LONGSHORE_DAGS_DIR: dagsDir, LONGSHORE_STATE_DIR: stage.makeFolder(name),
    LONGSHORE_DAG_TIMEOUT: '120000', LONGSHORE_HTTP_PORT: String(port),
  }
  writeFileSync(join(dagsDir, 'warm.yaml'), dagFile('warm', 'warm', WARM_UP_TASKS, () => []))
  writeFileSync(join(dagsDir, 'large.yaml'), dagFile('large', 'large', tasks, SHAPES[shape]))
  const scheduler = await stage.start('scheduler', ['scheduler'], environment)
  const work = (queue: string): Promise<BenchProcess> => stage.start('worker', ['worker', '--queues', queue, '--concurrency', '64', '--noop'],
    { ...environment, LONGSHORE_HTTP_PORT: '0', LONGSHORE_STATE_DIR: stage.makeFolder(`${name}-${queue}`) })
  const database = new Database(databaseUrl, 2)
  const redis = new Redis(stage.redisUrl)
  try {
    await until(async () => (await rows(database, 'SELECT 1 FROM dags WHERE version_key IS NOT NULL')).length === 2, { timeout: 180_000, interval: 100, describe: 'the DAGs are loaded' })
    await work('warm')
    for (const run of ['first', 'second']) {
      await trigger(database, redis, name, 'warm', [run])
      await until(async () => await unended(database) === 0, { timeout: 120_000, interval: 100, describe: 'the warm-up ends' })
    }

    const runs = shape === 'deep' ? CHAINS : Math.ceil(LEAST_TASKS / tasks)
    const atRest = await readCounters(database, port)
    await trigger(database, redis, name, 'large', Array.from({ length: runs }, (_, run) => `run${run}`))
    await until(async () => (await rows(database, "SELECT 1 FROM dag_runs WHERE state = 'queued'")).length === 0, { timeout: 120_000, interval: 20, describe: 'the runs start' })

    const before = await readCounters(database, port)
    const [cpu, startedAt] = [scheduler.cpuSeconds, performance.now()]
    await work('large')
    await until(() => (shape === 'deep' ? chainsAreDone(database) : unended(database).then(count => count === 0)), { timeout: 600_000, interval: 100, describe: 'the tasks end' })
    const seconds = { cpu: scheduler.cpuSeconds - cpu, wall: (performance.now() - startedAt) / 1000 }
    const used = difference(before, await readCounters(database, port))
    const startMs = (difference(atRest, before).transactionSeconds.get('start-runs') ?? 0) * 1000 / runs
    return { shape, tasks, startMs, ...perEvent(used, seconds), correct: await isCorrect(database, shape === 'deep' ? runs * CHAIN_TASKS : runs * tasks) }
  } finally {
    redis.disconnect()
    await database.close()
    await stage.stopProcesses()
  }
}

function perEvent(used: Counters, seconds: { readonly cpu: number; readonly wall: number }): Pick<Row, 'events' | 'cpuMs' | 'wallMs' | 'rowsRead' | 'statements' | 'longestTransactionMs'> {
  const events = used.attempts
  return {
    events, cpuMs: seconds.cpu * 1000 / events, wallMs: seconds.wall * 1000 / events, rowsRead: used.rowsRead / events, statements: used.statements / events,
    longestTransactionMs: used.longestTransaction * 1000,
  }
}

function dagFile(id: string, queue: string, tasks: number, upstream: (i: number, n: number) => readonly number[]): string {
  const lines = Array.from({ length: tasks }, (_, i) => `  t${i}: { image: none, after: [${upstream(i, tasks).map(up => `t${up}`).join(', ')}] }`)
  return [`dag: ${id}`, 'schedule: null', 'maxActiveTasks: 64', 'maxActiveRuns: 100', `defaults: { queue: ${queue} }`, 'tasks:', ...lines, ''].join('\n')
}

async function trigger(database: Database, redis: Redis, prefix: string, dagId: string, runIds: readonly string[]): Promise<void> {
  const [dag] = await rows<{ dag_key: number; version_key: number }>(database, 'SELECT dag_key, version_key FROM dags WHERE dag_id = ?', [dagId])
  const date = Date.now()
  await insertRuns(database, runIds.map((run_id, index) => ({
    dag_key: dag?.dag_key ?? 0, version_key: dag?.version_key ?? 0, run_id, type: 'manual' as const, logical_date: date + index, interval_start: date, interval_end: date, scheduled_for: null, params: '{}', due_at: date,
  })))
  await redis.publish(wakeChannel(prefix), 'runs')
}

const unended = async (database: Database): Promise<number> => (await rows(database, 'SELECT 1 FROM dag_runs WHERE ended_at IS NULL')).length

/** By unique keys, so that looking costs the same whatever the size. */
async function chainsAreDone(database: Database): Promise<boolean> {
  const done = await rows(database, `SELECT 1 FROM dag_runs r JOIN task_instances t ON t.run_key = r.run_key AND t.task_id = ? AND t.map_index = -1 WHERE r.ended_at IS NULL AND t.state = 'success'`, [`t${CHAIN_TASKS - 1}`])
  const ended = await rows(database, "SELECT 1 FROM dag_runs WHERE ended_at IS NOT NULL AND run_id LIKE 'run%'")
  return done.length + ended.length === CHAINS
}

/** Each measured task succeeded, with one attempt. */
async function isCorrect(database: Database, wanted: number): Promise<boolean> {
  const [found] = await rows<{ succeeded: number; repeated: number }>(database, `SELECT COALESCE(SUM(t.state = 'success'), 0) AS succeeded, COALESCE(SUM(t.fence > 1), 0) AS repeated
    FROM task_instances t JOIN dag_runs r ON r.run_key = t.run_key WHERE r.run_id LIKE 'run%'`)
  return Number(found?.succeeded) >= wanted && Number(found?.repeated) === 0
}

function toText(results: readonly Row[], correct: boolean): string {
  const header = ['shape', 'tasks', 'run start ms', 'CPU ms', 'wall ms', 'rows read', 'statements', 'longest transaction ms']
  const body = results.map(row => [row.shape, String(row.tasks), row.startMs.toFixed(0), row.cpuMs.toFixed(2), row.wallMs.toFixed(2), row.rowsRead.toFixed(1), row.statements.toFixed(2), `≤ ${row.longestTransactionMs}`])
  const widths = header.map((title, column) => Math.max(title.length, ...body.map(line => (line[column] as string).length)))
  const line = (cells: readonly string[]): string => cells.map((cell, column) => (column < 1 ? cell.padEnd(widths[column] as number) : cell.padStart(widths[column] as number))).join('  ')
  return ['W9: what one finished task costs the scheduler, by the size of its DAG', '', line(header), ...body.map(line), '', ...ratios(results), correct ? 'Every measured task ran exactly once.' : 'FAILED: tasks were lost or repeated.'].join('\n')
}

function ratios(results: readonly Row[]): string[] {
  return LARGE_SHAPES.flatMap(shape => {
    const [first, ...more] = results.filter(row => row.shape === shape).sort((a, b) => a.tasks - b.tasks)
    const last = more.at(-1)
    if (first === undefined || last === undefined) return []
    return [`${shape}: ${last.tasks} to ${first.tasks} tasks: CPU × ${(last.cpuMs / first.cpuMs).toFixed(2)}, rows read × ${(last.rowsRead / first.rowsRead).toFixed(2)}, statements × ${(last.statements / first.statements).toFixed(2)}`]
  })
}
