import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { Database, rows } from '../../shared/database/database.js'
import { wakeChannel } from '../../shared/protocol/keys.js'
import { insertRuns } from '../../shared/database/tables/dag-runs.js'
import { until } from '../../test/harness/wait.js'
import { dagFile, SHAPES, type Shape } from '../shapes.js'
import type { Stage } from '../stage.js'
import { quantile, show, spread, type Spread } from '../statistics.js'

/** Runs that are not counted: they fill the connection pool and let the compiler see the code. */
const WARM_UP = 3

interface Options {
  readonly sizes: readonly { readonly dags: number; readonly tasks: number }[]
  readonly shapes: readonly Shape[]
  readonly runs: number
}

interface Measure {
  /** Start of a task minus the end of its last dependency, milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly tasksPerSecond: number
  readonly makespanSeconds: number
  readonly cpuSecondsPer1000: number
  readonly lost: number
  readonly repeated: number
}

interface Row {
  readonly shape: Shape
  readonly dags: number
  readonly tasks: number
  readonly p50: Spread
  readonly p99: Spread
  readonly tasksPerSecond: Spread
  readonly cpuSecondsPer1000: Spread
  readonly correct: boolean
}

export interface W1Report {
  readonly workload: 'W1'
  /** One INSERT with its COMMIT flushed to the disk, measured in the same run. */
  readonly commitMs: Spread
  readonly rows: readonly Row[]
  readonly correct: boolean
  readonly text: string
}

/** How long a task takes to follow the one before it, and how many tasks a second go through, with nothing done in them. */
export async function runW1(stage: Stage, { sizes, shapes, runs }: Options): Promise<W1Report> {
  const results: Row[] = []
  for (const { dags, tasks } of sizes) {
    for (const shape of shapes) results.push(await measureShape(stage, shape, dags, tasks, runs))
  }
  const commitMs = await measureCommits(stage)
  const correct = results.every(row => row.correct)
  return { workload: 'W1', commitMs, rows: results, correct, text: toText(results, commitMs, runs, correct) }
}

async function measureShape(stage: Stage, shape: Shape, dags: number, tasks: number, runs: number): Promise<Row> {
  const databaseUrl = await stage.createDatabase()
  const dagsDir = stage.makeFolder(`dags-${databaseUrl.split('_').at(-1)}`)
  const prefix = `bench-${databaseUrl.split('_').at(-1)}`
  const environment = { LONGSHORE_DATABASE_URL: databaseUrl, LONGSHORE_REDIS_URL: stage.redisUrl, LONGSHORE_REDIS_PREFIX: prefix, LONGSHORE_DAGS_DIR: dagsDir, LONGSHORE_STATE_DIR: stage.makeFolder(prefix) }
  writeFileSync(join(dagsDir, 'bench.yaml'), dagFile(shape, dags, tasks))

  const processes = [
    await stage.start('scheduler', ['scheduler'], environment),
    await stage.start('worker', ['worker', '--queues', 'default', '--concurrency', '64', '--noop'], environment),
  ]
  const database = new Database(databaseUrl, 2)
  const redis = new Redis(stage.redisUrl)
  const measures: Measure[] = []
  try {
    await until(async () => (await rows(database, 'SELECT 1 FROM dags WHERE version_key IS NOT NULL')).length === dags, { timeout: 30_000, describe: 'the DAGs are loaded' })
    for (let run = 1 - WARM_UP; run <= runs; run += 1) {
      const before = processes.reduce((sum, one) => sum + one.cpuSeconds, 0)
      await trigger(database, redis, prefix, `run${run}`)
      await until(async () => (await rows(database, 'SELECT 1 FROM dag_runs WHERE run_id = ? AND ended_at IS NOT NULL', [`run${run}`])).length === dags, { timeout: 120_000, interval: 20, describe: 'the runs end' })
      const cpu = processes.reduce((sum, one) => sum + one.cpuSeconds, 0) - before
      if (run > 0) measures.push(await measure(database, `run${run}`, shape, dags * tasks, cpu))
    }
  } finally {
    redis.disconnect()
    await database.close()
    await stage.stopProcesses()
  }
  const of = (pick: (one: Measure) => number): Spread => spread(measures.map(pick))
  return {
    shape, dags, tasks, p50: of(one => one.p50), p99: of(one => one.p99), tasksPerSecond: of(one => one.tasksPerSecond),
    cpuSecondsPer1000: of(one => one.cpuSecondsPer1000), correct: measures.every(one => one.lost === 0 && one.repeated === 0),
  }
}

async function trigger(database: Database, redis: Redis, prefix: string, runId: string): Promise<void> {
  const dags = await rows<{ dag_key: number; version_key: number }>(database, 'SELECT dag_key, version_key FROM dags')
  const now = Date.now()
  await insertRuns(database, dags.map(dag => ({
    ...dag, run_id: runId, type: 'manual', logical_date: now, interval_start: now, interval_end: now, scheduled_for: null, params: '{}', due_at: now,
  })))
  await redis.publish(wakeChannel(prefix), 'runs')
}

interface Task {
  readonly run_key: number
  readonly task_id: string
  readonly state: string
  readonly attempts: number
  readonly started_at: number | null
  readonly finished_at: number | null
}

async function measure(database: Database, runId: string, shape: Shape, wanted: number, cpu: number): Promise<Measure> {
  const tasks = await rows<Task>(database, `SELECT t.run_key, t.task_id, t.state, COUNT(a.fence) AS attempts, MAX(a.started_at) AS started_at, MAX(a.finished_at) AS finished_at
    FROM task_instances t JOIN dag_runs r ON r.run_key = t.run_key LEFT JOIN attempts a ON a.ti_id = t.ti_id WHERE r.run_id = ? GROUP BY t.ti_id, t.run_key, t.task_id, t.state`, [runId])
  const finishedAt = new Map(tasks.map(task => [`${task.run_key}/${task.task_id}`, task.finished_at ?? 0]))
  const latencies = tasks.flatMap(task => {
    const upstream = SHAPES[shape](Number(task.task_id.slice(1)))
    if (upstream.length === 0) return []
    return [(task.started_at ?? 0) - Math.max(...upstream.map(up => finishedAt.get(`${task.run_key}/t${up}`) ?? 0))]
  })
  const makespan = (Math.max(...tasks.map(task => task.finished_at ?? 0)) - Math.min(...tasks.map(task => task.started_at ?? 0))) / 1000
  return {
    p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), tasksPerSecond: wanted / makespan, makespanSeconds: makespan, cpuSecondsPer1000: (cpu / wanted) * 1000,
    lost: wanted - tasks.filter(task => task.state === 'success').length, repeated: tasks.filter(task => task.attempts !== 1).length,
  }
}

async function measureCommits(stage: Stage): Promise<Spread> {
  const database = new Database(await stage.createDatabase(), 1)
  await database.query.raw('CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, x INT)')
  const times: number[] = []
  for (let i = 0; i < 300; i += 1) {
    const start = performance.now()
    await database.query('t').insert({ x: i })
    times.push(performance.now() - start)
  }
  await database.close()
  return spread(times.slice(100))
}

function toText(results: readonly Row[], commitMs: Spread, runs: number, correct: boolean): string {
  const header = ['shape', 'DAGs × tasks', 'between tasks p50 ms', 'p99 ms', 'tasks/s', 'CPU s per 1,000']
  const body = results.map(row => [row.shape, `${row.dags} × ${row.tasks}`, Number.isNaN(row.p50.median) ? '–' : show(row.p50), Number.isNaN(row.p99.median) ? '–' : show(row.p99), show(row.tasksPerSecond, 0), show(row.cpuSecondsPer1000, 2)])
  const widths = header.map((title, column) => Math.max(title.length, ...body.map(line => (line[column] as string).length)))
  const line = (cells: readonly string[]): string => cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] as number) : cell.padStart(widths[column] as number))).join('  ')
  return [
    `W1: no-op tasks through scheduler, MariaDB (flushed at every commit), Redis (AOF) and one worker; median (range) of ${runs} runs`, '',
    line(header), ...body.map(line), '',
    `One INSERT with COMMIT in the same run: ${show(commitMs, 2)} ms`,
    correct ? 'Every task ran exactly once.' : 'FAILED: tasks were lost or repeated.',
  ].join('\n')
}
