import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SchedulerBus, type AttemptTold } from '../../scheduler/bus.js'
import { registerMetrics as registerSchedulerMetrics } from '../../scheduler/observe/metrics.js'
import { Database } from '../../shared/database/database.js'
import { migrate } from '../../shared/database/migrate.js'
import { collectProcessMetrics } from '../../shared/observability/process-metrics.js'
import { registerMetrics as registerWorkerMetrics } from '../../worker/metrics.js'
import { WorkerEvents } from '../../worker/worker-events.js'
import { tempDir } from '../harness/temp-dir.js'

async function open(): Promise<{ registry: Registry; bus: SchedulerBus }> {
  const database = new Database(`sqlite:${join(tempDir('sqlite'), 'test.db')}`, 1)
  onTestFinished(() => database.close())
  await migrate(database)
  const registry = new Registry()
  const bus = new SchedulerBus()
  registerSchedulerMetrics(registry, bus, database, () => null)
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

  it('keep to the rules that promtool checks', async () => {
    const { registry } = await open()
    collectProcessMetrics(registry)
    for (const [name, { type, help, labelNames }] of await typesOf(registry)) {
      expect(help, name).not.toBe('')
      expect(name.endsWith('_total'), name).toBe(type === 'counter')
      expect(name, name).toMatch(/^[a-z][a-z0-9_]*$/)
      expect(name, name).not.toMatch(/_(?:count|sum|bucket|info_total|milliseconds|ms|minutes|hours|kilobytes|mb|gb|percent)$/)
      expect(name, name).not.toMatch(new RegExp(`_(?:counter|gauge|histogram|summary)(?:_|$)`))
      for (const label of labelNames) expect(label, name).toMatch(/^(?!le$|quantile$)[a-z][a-z_]*$/)
    }
    const text = await registry.metrics()
    // Every sample below its own HELP and TYPE, each given once.
    for (const kind of ['HELP', 'TYPE']) {
      const names = [...text.matchAll(new RegExp(`^# ${kind} (\\S+)`, 'gm'))].map(([, name]) => name)
      expect(new Set(names).size).toBe(names.length)
    }
  })

  it('have the names of Flower, and as many label values as are bearable, whatever people call their DAGs', async () => {
    const { registry, bus } = await open()
    bus.emit('attempt-told', told({ type: 'claimed', runtimeMs: null }))
    bus.emit('attempt-told', told({ type: 'started', prepareMs: 500, runtimeMs: null, waitedMs: 30 }))
    bus.emit('attempt-told', told({}))
    for (let at = 0; at < 3_000; at += 1) bus.emit('attempt-told', told({ dag: `made-${at}`, isFailure: true, state: 'failed' }))
    const text = await registry.metrics()
    for (const line of [
      'flower_events_total{worker="deck",type="task-received",task="sales.a.t"} 1', 'flower_events_total{worker="deck",type="task-succeeded",task="sales.a.t"} 1', 'flower_task_prefetch_time_seconds{worker="deck",task="sales.a.t"} 0.5',
      'flower_task_runtime_seconds_count{worker="deck",task="sales.a.t"} 1', 'longshore_task_wait_seconds_count{queue="etl"} 1', 'longshore_scheduler_finished_total{queue="etl",reason="exited",failed="true"} 3000',
      'flower_events_total{worker="deck",type="task-failed",task="other"} 2001', 'longshore_task_runtime_seconds_count{dag="other"} 2501', 'longshore_database_up 1', 'longshore_redis_up 0',
    ]) expect(text).toContain(line)
  })
})
