import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Config } from '../../shared/config/schema.js'
import type { Database } from '../../shared/database/database.js'
import { isOutage } from '../../shared/outage.js'
import { countByQueueAndState } from '../../shared/database/tables/task-instances.js'
import { LabelCap } from '../../shared/observability/label-cap.js'
import type { SchedulerBus } from '../bus.js'
import { registerFlowerMetrics } from './flower-metrics.js'
import { registerServerMetrics, type Servers } from './server-metrics.js'

const WAIT_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 120, 600, 3_600]

/** How many of each label's values have series of their own. */
export type MetricsConfig = Pick<Config, 'metricsDags' | 'metricsTasks'>

/** The scheduler's metrics. Labels are queues, DAGs, states and names of transactions: sets that people choose, never task or run ids. */
export function registerMetrics(registry: Registry, bus: SchedulerBus, database: Database, servers: () => Servers | null, { metricsDags, metricsTasks }: MetricsConfig): void {
  const registers = [registry]
  registerFlowerMetrics(registry, bus, database, metricsTasks)
  registerServerMetrics(registry, database, servers)
  const events = new Counter({ name: 'longshore_scheduler_events_total', help: 'Worker events applied.', registers })
  const stale = new Counter({ name: 'longshore_scheduler_stale_events_total', help: 'Worker events that were repeats or came from fenced attempts.', registers })
  const batch = new Histogram({ name: 'longshore_scheduler_batch_seconds', help: 'Time from reading a batch of worker events to its acknowledgement.', buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5], registers })
  const dispatched = new Counter({ name: 'longshore_scheduler_dispatched_total', help: 'Attempts put on their queues.', registers })
  const attempts = new Counter({ name: 'longshore_scheduler_attempts_total', help: 'Attempts that ended, by the state they led to.', labelNames: ['state'], registers })
  const finished = new Counter({ name: 'longshore_scheduler_finished_total', help: 'Attempts that workers finished, by how they ended.', labelNames: ['queue', 'reason', 'failed'], registers })
  const waited = new Histogram({ name: 'longshore_task_wait_seconds', help: 'From the moment a task could run (its last dependency had ended) to its start, by the database clock.', labelNames: ['queue'], buckets: WAIT_BUCKETS, registers })
  const runtime = new Histogram({ name: 'longshore_task_runtime_seconds', help: 'How long tasks ran.', labelNames: ['dag'], buckets: [0.1, 1, 10, 60, 300, 1_800, 7_200, 28_800], registers })
  const eventAge = new Histogram({ name: 'longshore_scheduler_event_age_seconds', help: 'How long the oldest worker event of a batch had waited when it was applied.', buckets: WAIT_BUCKETS, registers })
  const late = new Histogram({ name: 'longshore_scheduler_run_lateness_seconds', help: 'How long after they were due runs of timetables were made. Runs that catch up count as late.', buckets: WAIT_BUCKETS, registers })
  const loops = new Histogram({ name: 'longshore_scheduler_loop_seconds', help: 'How long passes of loops took, what they wait for included.', labelNames: ['loop'], buckets: [0.001, 0.01, 0.1, 1, 10], registers })
  const passed = new Gauge({ name: 'longshore_scheduler_loop_last_pass_timestamp_seconds', help: 'When a loop last completed a pass.', labelNames: ['loop'], registers })
  const dags = new LabelCap(metricsDags)
  const lost = new Counter({ name: 'longshore_scheduler_attempts_lost_total', help: 'Attempts declared lost.', labelNames: ['queue'], registers })
  const runs = new Counter({ name: 'longshore_scheduler_runs_total', help: 'Runs that ended, by state.', labelNames: ['state'], registers })
  const deadlines = new Counter({ name: 'longshore_deadlines_missed_total', help: 'Runs that had not ended by their deadline.', labelNames: ['dag'], registers })
  const epochs = new Counter({ name: 'longshore_scheduler_epochs_broken_total', help: 'Times Redis was found to have forgotten.', labelNames: ['queue'], registers })
  const deadLetters = new Counter({ name: 'longshore_scheduler_dead_letters_total', help: 'Worker events that could not be applied.', labelNames: ['queue'], registers })
  const problems = new Counter({ name: 'longshore_scheduler_dag_problems_total', help: 'Problems found in DAG files.', registers })
  const held = new Counter({ name: 'longshore_scheduler_runs_held_total', help: 'Times that a DAG got no run although one was due. It is tried again each minute.', labelNames: ['dag'], registers })
  const transactions = new Histogram({ name: 'longshore_database_transaction_seconds', help: 'Duration of transactions, repeats included.', labelNames: ['name', 'ok'], buckets: [0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5], registers })
  const repeats = new Counter({ name: 'longshore_database_transaction_repeats_total', help: 'Transactions repeated after a deadlock or a lock wait.', labelNames: ['name'], registers })
  new Gauge({
    name: 'longshore_task_instances', help: 'Task instances that are not finished, by queue and state.', labelNames: ['queue', 'state'], registers,
    async collect() {
      try {
        const counts = await countByQueueAndState(database)
        this.reset()
        for (const { queue, state, count } of counts) this.set({ queue, state }, count)
      } catch (error) {
        if (!isOutage(error)) throw error
        this.reset()
      }
    },
  })

  bus.on('events-applied', event => { events.inc(event.count); stale.inc(event.stale); batch.observe(event.seconds); eventAge.observe(event.ageSeconds) })
  bus.on('loop-passed', ({ loop, seconds }) => { loops.observe({ loop }, seconds); passed.set({ loop }, Date.now() / 1_000) })
  bus.on('run-created', ({ lateMs }) => { late.observe(lateMs / 1_000) })
  bus.on('attempt-told', ({ queue, dag, reason, isFailure, runtimeMs, waitedMs, type }) => {
    if (type === 'finished') finished.inc({ queue, reason: reason ?? '', failed: String(isFailure) })
    if (waitedMs !== null) waited.observe({ queue }, waitedMs / 1_000)
    if (runtimeMs !== null) runtime.observe({ dag: dags.of(dag) }, runtimeMs / 1_000)
  })
  bus.on('dispatched', event => { dispatched.inc(event.count) })
  bus.on('attempt-ended', event => { attempts.inc({ state: event.state }) })
  bus.on('attempt-lost', event => { lost.inc({ queue: event.queue }) })
  bus.on('run-ended', event => { runs.inc({ state: event.state }) })
  bus.on('deadline-missed', event => { deadlines.inc({ dag: dags.of(event.dag) }) })
  bus.on('epoch-broken', event => { epochs.inc({ queue: event.queue }) })
  bus.on('dead-letters', event => { deadLetters.inc({ queue: event.queue }, event.count) })
  bus.on('run-held', ({ dag }) => { held.inc({ dag: dags.of(dag) }) })
  bus.on('dag-problem', () => { problems.inc() })
  database.observe(({ name, seconds, repeats: count, ok }) => {
    transactions.observe({ name, ok: String(ok) }, seconds)
    if (count > 0) repeats.inc({ name }, count)
  })
}
