import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SchedulerBus, type AttemptTold } from '../../scheduler/bus.js'
import { registerMetrics as registerSchedulerMetrics } from '../../scheduler/observe/metrics.js'
import { Database } from '../../shared/database/database.js'
import { migrate } from '../../shared/database/migrate.js'
import { recordFile } from '../../shared/database/tables/dag-files.js'
import { haltReleases, putReleases, resumeReleases } from '../../shared/database/tables/releases.js'
import { collectProcessMetrics } from '../../shared/observability/process-metrics.js'
import { registerWebMetrics } from '../../web/metrics.js'
import { registerMetrics as registerWorkerMetrics } from '../../worker/metrics.js'
import { WorkerEvents } from '../../worker/worker-events.js'
import { checkMetrics } from '../harness/promtool.js'
import { tempDir } from '../harness/temp-dir.js'
import { until } from '../harness/wait.js'

async function open(caps = { metricsDags: 500, metricsTasks: 1_000 }): Promise<{ registry: Registry; bus: SchedulerBus; database: Database }> {
  const database = new Database(`sqlite:${join(tempDir('sqlite'), 'test.db')}`, 1)
  onTestFinished(() => database.close())
  await migrate(database)
  const registry = new Registry()
  const bus = new SchedulerBus()
  registerSchedulerMetrics(registry, bus, database, () => null, caps)
  registerWebMetrics(registry, () => 0)
  registerWorkerMetrics(registry, new WorkerEvents(), () => ({
    worker: 'w', name: 'n', queues: ['etl'], slots: { total: 4, used: 3 }, active: 2, unsettled: 1, lastRenewalAgeSeconds: 7, docker: 'up', connected: true, refusing: [], paused: [], draining: false, ready: true,
    health: 'guarded', capacity: { total: { cpus: 4, memory: 1024 }, used: { cpus: 1.5, memory: 512 } },
  }))
  return { registry, bus, database }
}

const told = (more: Partial<AttemptTold>): AttemptTold =>
  ({ type: 'finished', dag: 'sales.a', task: 't', queue: 'etl', worker: 'w', workerName: 'deck', reason: 'exited', isFailure: false, state: 'success', prepareMs: null, runtimeMs: 2_000, waitedMs: null, ...more })

/** As prom-client has it, which types less. */
interface Known { readonly name: string; readonly help: string; readonly type: string; readonly labelNames: readonly string[] }
const typesOf = async (registry: Registry): Promise<Map<string, Known>> => new Map((await registry.getMetricsAsJSON()).map(json => [json.name, { ...json, labelNames: (registry.getSingleMetric(json.name) as unknown as { labelNames: string[] }).labelNames } as unknown as Known]))

describe('metrics', () => {
  it('are those of docs/metrics.md, with their types and labels', async () => {
    const { registry } = await open()
    const documented = [...readFileSync(join(import.meta.dirname, '../../docs/metrics.md'), 'utf8').matchAll(/^\| `([a-z_]+)` \| (\w+) \| ([^|]*) \| (.+) \|$/gm)].map(([, name, type, labels, meaning]) => `${name} ${type} ${labels?.replaceAll('`', '').trim()} ${meaning}`)
    const known = [...await typesOf(registry)].map(([name, { type, labelNames, help }]) => `${name} ${type} ${labelNames.join(', ')} ${help}`)
    expect(documented.sort()).toEqual(known.sort())
  })

  it('are what Prometheus accepts without a word, in every process', async () => {
    const { registry, bus } = await open()
    collectProcessMetrics(registry)
    for (const type of ['claimed', 'started', 'finished'] as const) bus.emit('attempt-told', told({ type, prepareMs: 1, waitedMs: 1 }))
    checkMetrics(await registry.metrics())
  })

  it('have the names of Flower, and as many label values as are bearable, whatever people call their DAGs', async () => {
    const { registry, bus } = await open({ metricsDags: 40, metricsTasks: 100 })
    bus.emit('attempt-told', told({ type: 'claimed', runtimeMs: null }))
    bus.emit('attempt-told', told({ type: 'started', prepareMs: 500, runtimeMs: null, waitedMs: 30 }))
    bus.emit('attempt-told', told({}))
    for (let at = 0; at < 300; at += 1) bus.emit('attempt-told', told({ dag: `made-${at}`, isFailure: true, state: 'failed' }))
    // Machines come and go, each with a name of its own.
    for (let at = 0; at < 300; at += 1) bus.emit('attempt-told', told({ type: 'claimed', workerName: `node-${at}`, runtimeMs: null }))
    const text = await registry.metrics()
    for (const line of [
      'flower_events_total{worker="deck",type="task-received",task="sales.a.t"} 1', 'flower_events_total{worker="deck",type="task-succeeded",task="sales.a.t"} 1', 'flower_task_prefetch_time_seconds{worker="deck",task="sales.a.t"} 0.5',
      'flower_task_runtime_seconds_count{worker="deck",task="sales.a.t"} 1', 'longshore_task_wait_seconds_count{queue="etl"} 1', 'longshore_scheduler_finished_total{queue="etl",reason="exited",failed="true"} 300',
      'flower_events_total{worker="deck",type="task-failed",task="other"} 201', 'longshore_task_runtime_seconds_count{dag="other"} 261', 'flower_events_total{worker="other",type="task-received",task="other"} 201', 'longshore_database_up 1', 'longshore_redis_up 0',
    ]) expect(text).toContain(line)
  })

  it('tell of files with problems and of halted roll-outs until they are mended, and of DAGs that get no runs', async () => {
    const { registry, bus, database } = await open()
    const told = async (): Promise<string[]> => (await registry.metrics()).split('\n').filter(line => /^longshore_(scheduler_dag_files_with_problems|rollout_halted|scheduler_runs_held_total)\b/.test(line))
    await recordFile(database, 'good.yaml', [])
    await recordFile(database, 'bad.yaml', [{ file: 'bad.yaml', line: 3, column: null, dag: null, task: null, message: 'what is this' }])
    await putReleases(database, ['web', 'worker'].map(role => ({ role: role as 'web' | 'worker', pool: '', version: '0.2.0', sums: '{}', revision: 1, max_unavailable: 1, set_by: 'ann', set_at: 0 })))
    expect(await told()).toEqual(['longshore_scheduler_dag_files_with_problems 1'])
    await haltReleases(database, '0.2.0', 1, 'ann', 'a freeze')
    bus.emit('run-held', { dag: 'sales', file: 'sales.yaml', message: 'why' })
    // What was read for one scrape serves another of the same moment.
    await until(async () => (await told()).length === 3)
    expect(await told()).toEqual(['longshore_scheduler_dag_files_with_problems 1', 'longshore_rollout_halted{version="0.2.0"} 1', 'longshore_scheduler_runs_held_total{dag="sales"} 1'])
    await resumeReleases(database, 2)
    await recordFile(database, 'bad.yaml', [])
    await until(async () => (await told()).length === 2)
    expect(await told()).toEqual(['longshore_scheduler_dag_files_with_problems 0', 'longshore_scheduler_runs_held_total{dag="sales"} 1'])
  })
})
