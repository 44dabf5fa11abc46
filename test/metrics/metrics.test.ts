import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SchedulerBus, type AttemptTold } from '../../scheduler/bus.js'
import { registerMetrics as registerSchedulerMetrics } from '../../scheduler/observe/metrics.js'
import { Database } from '../../shared/database/database.js'
import { migrate } from '../../shared/database/migrate.js'
import { collectProcessMetrics } from '../../shared/observability/process-metrics.js'
import { registerWebMetrics } from '../../web/metrics.js'
import { registerMetrics as registerWorkerMetrics } from '../../worker/metrics.js'
import { WorkerEvents } from '../../worker/worker-events.js'
import { checkMetrics } from '../harness/promtool.js'
import { tempDir } from '../harness/temp-dir.js'

async function open(caps = { metricsDags: 500, metricsTasks: 1_000 }): Promise<{ registry: Registry; bus: SchedulerBus }> {
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
  return { registry, bus }
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
})
