import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Database } from '../../shared/database/database.js'
import { claimedAttempts } from '../../shared/database/tables/worker-attempts.js'
import { LabelCap, OTHER } from '../../shared/observability/label-cap.js'
import { knownWorkers } from '../../shared/operations/workers.js'
import { SharedRead } from '../../shared/shared-read.js'
import { isOutage } from '../../shared/outage.js'
import { AttemptState } from '../../shared/states/attempt.js'
import { TaskState } from '../../shared/states/task-instance.js'
import type { AttemptTold, SchedulerBus } from '../bus.js'

/** One scrape. */
const FRESH_MS = 500
const MOST_ATTEMPTS = 10_000

/** Celery's names of what a worker says, by what it came to. */
function eventType({ type, state }: AttemptTold): string {
  switch (type) {
    case 'claimed': return 'task-received'
    case 'started': return 'task-started'
    case 'released': return 'task-rejected'
    case 'finished': return state === TaskState.upForRetry ? 'task-retried' : state === TaskState.cancelled ? 'task-revoked' : state === TaskState.failed ? 'task-failed' : 'task-succeeded'
  }
}

/**
 * Flower's metrics under Flower's names, so that its dashboards and alerts go on. A task is `<dag>.<task>`. `most` bounds
 * the pairs of a worker and a task, each of which is a histogram, and the workers, whose names come and go with machines.
 */
export function registerFlowerMetrics(registry: Registry, bus: SchedulerBus, database: Database, most: number): void {
  const registers = [registry]
  const events = new Counter({ name: 'flower_events_total', help: 'What workers said of tasks, as Celery would call it.', labelNames: ['worker', 'type', 'task'], registers })
  const runtime = new Histogram({ name: 'flower_task_runtime_seconds', help: 'How long tasks ran.', labelNames: ['worker', 'task'], buckets: [0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3_600, 14_400], registers })
  const prefetch = new Gauge({ name: 'flower_task_prefetch_time_seconds', help: 'How long the newest task waited at its worker before it started: for its image, mostly.', labelNames: ['worker', 'task'], registers })
  const online = new Gauge({ name: 'flower_worker_online', help: '1 for a worker that is there, 0 for one that cannot be reached.', labelNames: ['worker'], registers, collect: () => seen.get() })
  const executing = new Gauge({ name: 'flower_worker_number_of_currently_executing_tasks', help: 'Tasks that run on a worker.', labelNames: ['worker'], registers, collect: () => seen.get() })
  const pairs = new LabelCap(most)
  const workers = new LabelCap(most)
  const taskOf = (worker: string, dag: string, task: string): string => {
    const name = `${dag}.${task}`
    return pairs.of(`${worker}/${name}`) === `${worker}/${name}` ? name : OTHER
  }
  const prefetched = new Gauge({ name: 'flower_worker_prefetched_tasks', help: 'Tasks that a worker has taken and not started yet.', labelNames: ['worker', 'task'], registers, collect: () => seen.get() })
  const read = async (): Promise<void> => {
    for (const gauge of [online, executing, prefetched]) gauge.reset()
    for (const { name, status } of await knownWorkers(database)) {
      if (status === 'gone' || workers.of(name) !== name) continue
      online.set({ worker: name }, status === 'online' ? 1 : 0)
      executing.set({ worker: name }, 0)
    }
    for (const { worker_name, dag_id, task_id, state } of await claimedAttempts(database, null, MOST_ATTEMPTS)) {
      const worker = workers.of(worker_name ?? '')
      if (state === AttemptState.running) executing.inc({ worker })
      else prefetched.inc({ worker, task: taskOf(worker, dag_id, task_id) })
    }
  }
  // While the database is away nothing is known of workers.
  const seen = new SharedRead(() => read().catch((error: unknown) => { if (!isOutage(error)) throw error }), FRESH_MS)
  bus.on('attempt-told', told => {
    const worker = workers.of(told.workerName)
    const task = taskOf(worker, told.dag, told.task)
    events.inc({ worker, type: eventType(told), task })
    if (told.runtimeMs !== null) runtime.observe({ worker, task }, told.runtimeMs / 1_000)
    if (told.prepareMs !== null) prefetch.set({ worker, task }, told.prepareMs / 1_000)
  })
}
