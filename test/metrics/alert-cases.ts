/** Series and their values, one every 15 s, as promtool writes them: `0x40` is 0 for ten minutes, `0+1x40` grows. */
type Series = Readonly<Record<string, string>>

export interface AlertCase {
  readonly fires: Series
  readonly after: string
  readonly silent: Series
  /** How many; one unless told. */
  readonly alerts?: number
  /** What it says to the letter, with the values of its labels. */
  readonly exactly?: { readonly labels: Readonly<Record<string, string>>; readonly annotations: Readonly<Record<string, string>> }
}

const SCHEDULER = 'job="longshore-scheduler", instance="a:9401"'
const WORKER = 'job="longshore-worker", instance="w:9402"'
const NODE = 'job="node", instance="w:9100"'
const DISK = `${NODE}, mountpoint="/", fstype="ext4", device="/dev/vda1"`

/** A histogram whose observations all fall between two of its buckets. */
const histogram = (name: string, labels: string, below: string, above: string): Series => ({
  [`${name}_bucket{${labels}, le="${below}"}`]: '0x80', [`${name}_bucket{${labels}, le="${above}"}`]: '0+10x80', [`${name}_bucket{${labels}, le="+Inf"}`]: '0+10x80',
})
const quick = (name: string, labels: string): Series => ({ [`${name}_bucket{${labels}, le="0.001"}`]: '0+10x80', [`${name}_bucket{${labels}, le="+Inf"}`]: '0+10x80' })

/** Something that happens for the first time: its series was not there before. */
const HAPPENS = '_x8 1x80'
/** It has happened, long ago. */
const HAPPENED = '3x200'

const stuck = (more: Series): Series => ({
  [`longshore_task_instances{${SCHEDULER}, queue="etl", state="queued"}`]: '4x120', [`longshore_queue_paused{${SCHEDULER}, queue="etl"}`]: '0x120', [`longshore_task_wait_seconds_count{${SCHEDULER}, queue="etl"}`]: '7x120', ...more,
})

/** For each rule: what makes it fire, when, and what looks like it and must not. */
export const CASES: Readonly<Record<string, AlertCase>> = {
  LongshoreNoScheduler: { fires: { [`up{${SCHEDULER}}`]: '0x40' }, after: '2m', silent: { [`up{${SCHEDULER}}`]: '0x40', 'up{job="longshore-scheduler", instance="b:9401"}': '1x40' } },
  LongshoreSchedulerDown: { fires: { [`up{${SCHEDULER}}`]: '0x40', 'up{job="longshore-scheduler", instance="b:9401"}': '1x40' }, after: '3m', silent: { [`up{${SCHEDULER}}`]: '1 0x4 1x40' } },
  LongshoreSchedulerStuck: {
    fires: { [`longshore_scheduler_loop_last_pass_timestamp_seconds{${SCHEDULER}, loop="waits"}`]: '0x60', [`longshore_scheduler_loop_last_pass_timestamp_seconds{${SCHEDULER}, loop="consumer"}`]: '0+15x60', [`longshore_database_up{${SCHEDULER}}`]: '1x60', [`longshore_redis_up{${SCHEDULER}}`]: '1x60' }, after: '6m',
    silent: { [`longshore_scheduler_loop_last_pass_timestamp_seconds{${SCHEDULER}, loop="waits"}`]: '0x60', [`longshore_database_up{${SCHEDULER}}`]: '0x60', [`longshore_redis_up{${SCHEDULER}}`]: '1x60' },
  },
  LongshoreSchedulerLag: { fires: histogram('longshore_scheduler_event_age_seconds', SCHEDULER, '5', '30'), after: '15m', silent: quick('longshore_scheduler_event_age_seconds', SCHEDULER) },
  LongshoreRunsLate: { fires: histogram('longshore_scheduler_run_lateness_seconds', SCHEDULER, '30', '120'), after: '10m', silent: quick('longshore_scheduler_run_lateness_seconds', SCHEDULER) },
  LongshoreDagProblems: {
    fires: { [`longshore_scheduler_dag_files_with_problems{${SCHEDULER}}`]: '0x8 2x200', 'longshore_scheduler_dag_files_with_problems{instance="b"}': '0x8 2x200' }, after: '40m', silent: { [`longshore_scheduler_dag_files_with_problems{${SCHEDULER}}`]: '2x120 0x80' },
    exactly: { labels: {}, annotations: { summary: 'DAG files with problems: 2' } },
  },
  LongshoreRunsHeld: {
    fires: { [`longshore_scheduler_runs_held_total{${SCHEDULER}, dag="sales"}`]: '_x8 1x3 2x3 3x3 4x20' }, after: '5m', silent: { [`longshore_scheduler_runs_held_total{${SCHEDULER}, dag="sales"}`]: '4x40' },
    exactly: { labels: { dag: 'sales' }, annotations: { summary: 'sales gets no runs' } },
  },
  LongshoreDeadlineMissed: { fires: { [`longshore_deadlines_missed_total{${SCHEDULER}, dag="sales"}`]: '_x60 1x40' }, after: '20m', silent: { [`longshore_deadlines_missed_total{${SCHEDULER}, dag="sales"}`]: HAPPENED, 'longshore_deadlines_missed_total{instance="new"}': '0x40' } },
  LongshoreDeadLetters: { fires: { [`longshore_scheduler_dead_letters_total{${SCHEDULER}, queue="etl"}`]: HAPPENS }, after: '5m', silent: { [`longshore_scheduler_dead_letters_total{${SCHEDULER}, queue="etl"}`]: '0x40' } },
  LongshoreRefusedJobs: {
    fires: { [`longshore_scheduler_finished_total{${SCHEDULER}, queue="etl", reason="rejected", failed="true"}`]: HAPPENS }, after: '5m',
    silent: { [`longshore_scheduler_finished_total{${SCHEDULER}, queue="etl", reason="exited", failed="true"}`]: HAPPENS },
  },
  LongshoreRestarting: { fires: { [`process_start_time_seconds{${WORKER}}`]: '0+15x40' }, after: '3m', silent: { [`process_start_time_seconds{${WORKER}}`]: '100x10 200x30' } },
  LongshoreRolloutHalted: {
    fires: { [`longshore_rollout_halted{${SCHEDULER}, version="0.2.0"}`]: '1x20', 'longshore_rollout_halted{instance="b", version="0.2.0"}': '1x20' }, after: '1m', silent: { [`longshore_rollout_halted{${SCHEDULER}, version="0.2.0"}`]: '1x2 stale' },
    exactly: { labels: { version: '0.2.0' }, annotations: { summary: 'The roll-out of version 0.2.0 is halted' } },
  },
  LongshoreNoWeb: { fires: { 'up{job="longshore-web", instance="a:8080"}': '0x40' }, after: '2m', silent: { 'up{job="longshore-web", instance="a:8080"}': '1x40' } },
  LongshoreWebDown: { fires: { 'up{job="longshore-web", instance="a:8080"}': '0x40' }, after: '3m', silent: { 'up{job="longshore-web", instance="a:8080"}': '1x40' } },
  LongshoreWebErrors: {
    fires: { 'longshore_web_request_seconds_count{method="GET", route="/r", status="200"}': '0+9x60', 'longshore_web_request_seconds_count{method="GET", route="/r", status="503"}': '0+1x60' }, after: '12m',
    silent: { 'longshore_web_request_seconds_count{method="GET", route="/r", status="200"}': '0+90x60', 'longshore_web_request_seconds_count{method="GET", route="/r", status="503"}': '0+1x60' },
  },
  LongshoreQueueStuck: { fires: stuck({}), after: '25m', silent: stuck({ [`longshore_task_instances{${SCHEDULER}, queue="etl", state="running"}`]: '2x120' }) },
  LongshoreQueueWaiting: {
    fires: { [`longshore_queue_oldest_waiting_seconds{${SCHEDULER}, queue="etl"}`]: '1900+15x60' }, after: '6m', silent: { [`longshore_queue_oldest_waiting_seconds{${SCHEDULER}, queue="etl"}`]: '600x60' },
    exactly: { labels: { queue: 'etl' }, annotations: { summary: 'A task of etl has waited 37m 40s for a slot' } },
  },
  LongshoreQueuePausedLong: {
    fires: { 'longshore_queue_paused{instance="a", queue="etl"}': '1x1200', 'longshore_queue_waiting{instance="a", queue="etl"}': '3x1200', 'longshore_queue_active{instance="a", queue="etl"}': '0x1200' }, after: '4h5m',
    silent: { 'longshore_queue_paused{instance="a", queue="etl"}': '1x1200', 'longshore_queue_waiting{instance="a", queue="etl"}': '0x1200', 'longshore_queue_active{instance="a", queue="etl"}': '0x1200' },
  },
  LongshoreNoWorkers: { fires: { 'longshore_workers{instance="a", status="online"}': '0x40' }, after: '3m', silent: { 'longshore_workers{instance="a", status="online"}': '1x40' } },
  LongshoreWorkerUnreachable: { fires: { 'longshore_workers{instance="a", status="unreachable"}': '2x40', 'longshore_workers{instance="b", status="unreachable"}': '2x40' }, after: '3m', silent: { 'longshore_workers{instance="a", status="gone"}': '2x40' } },
  LongshoreWorkerDown: {
    fires: { [`up{${WORKER}}`]: '0x40' }, after: '4m', silent: { [`up{${WORKER}}`]: '1 0x6 1x40' },
    exactly: { labels: { job: 'longshore-worker', instance: 'w:9402' }, annotations: { summary: 'The worker w:9402 does not answer' } },
  },
  LongshoreAttemptsLost: { fires: { [`longshore_scheduler_attempts_lost_total{${SCHEDULER}, queue="etl"}`]: '2x100 3x100' }, after: '30m', silent: { [`longshore_scheduler_attempts_lost_total{${SCHEDULER}, queue="etl"}`]: '2x200' } },
  LongshoreWorkerQuarantined: {
    fires: { [`longshore_worker_health{${WORKER}, state="quarantined"}`]: '1x10 0x4 1x40', [`longshore_worker_health{${WORKER}, state="probing"}`]: '0x10 1x4 0x40', [`longshore_worker_health{${WORKER}, state="healthy"}`]: '0x60' }, after: '8m',
    silent: { [`longshore_worker_health{${WORKER}, state="quarantined"}`]: '0x40', [`longshore_worker_health{${WORKER}, state="probing"}`]: '0x40', [`longshore_worker_health{${WORKER}, state="healthy"}`]: '1x40' },
  },
  LongshoreWorkerGuarded: { fires: { [`longshore_worker_health{${WORKER}, state="guarded"}`]: '1x100' }, after: '16m', silent: { [`longshore_worker_health{${WORKER}, state="guarded"}`]: '1x20 0x80' } },
  LongshoreDockerDown: { fires: { [`longshore_worker_docker_up{${WORKER}}`]: '0x40' }, after: '3m', silent: { [`longshore_worker_docker_up{${WORKER}}`]: '0x4 1x40' } },
  LongshoreLeasesStale: { fires: { [`longshore_worker_lease_renewal_age_seconds{${WORKER}}`]: '0+15x40' }, after: '3m', silent: { [`longshore_worker_lease_renewal_age_seconds{${WORKER}}`]: '14x40' } },
  LongshoreFinishesUnsettled: { fires: { [`longshore_worker_unsettled{${WORKER}}`]: '60+1x60' }, after: '12m', silent: { [`longshore_worker_unsettled{${WORKER}}`]: '20x60' } },
  LongshoreAlienJobs: { fires: { [`longshore_worker_alien_jobs_total{${WORKER}, queue="etl"}`]: HAPPENS }, after: '5m', silent: { [`longshore_worker_alien_jobs_total{${WORKER}, queue="etl"}`]: '0x40' } },
  LongshoreRedisDown: { fires: { 'longshore_redis_up{instance="a"}': '0x40', 'longshore_redis_up{instance="b"}': '0x40' }, after: '2m', silent: { 'longshore_redis_up{instance="a"}': '0x40', 'longshore_redis_up{instance="b"}': '1x40' } },
  LongshoreRedisFilling: { fires: { 'longshore_redis_used_memory_bytes{instance="a"}': '80x60', 'longshore_redis_max_memory_bytes{instance="a"}': '100x60' }, after: '11m', silent: { 'longshore_redis_used_memory_bytes{instance="a"}': '80x60', 'longshore_redis_max_memory_bytes{instance="a"}': '0x60' } },
  LongshoreRedisFull: { fires: { 'longshore_redis_used_memory_bytes{instance="a"}': '99x60', 'longshore_redis_max_memory_bytes{instance="a"}': '100x60' }, after: '2m', silent: { 'longshore_redis_used_memory_bytes{instance="a"}': '80x60', 'longshore_redis_max_memory_bytes{instance="a"}': '100x60' } },
  LongshoreRedisForgot: { fires: { [`longshore_scheduler_epochs_broken_total{${SCHEDULER}, queue="etl"}`]: HAPPENS, [`longshore_scheduler_epochs_broken_total{${SCHEDULER}, queue="ml"}`]: HAPPENS }, after: '5m', silent: { [`longshore_scheduler_epochs_broken_total{${SCHEDULER}, queue="etl"}`]: '0x40' } },
  LongshoreDatabaseDown: { fires: { 'longshore_database_up{instance="a"}': '0x40' }, after: '2m', silent: { 'longshore_database_up{instance="a"}': '1x40' } },
  LongshoreDatabaseSlow: { fires: histogram('longshore_database_transaction_seconds', `${SCHEDULER}, name="apply", ok="true"`, '0.5', '1'), after: '15m', silent: quick('longshore_database_transaction_seconds', `${SCHEDULER}, name="apply", ok="true"`) },
  LongshoreDatabasePoolShort: { fires: { [`longshore_database_pool_connections{${SCHEDULER}, state="waiting"}`]: '3x60' }, after: '11m', silent: { [`longshore_database_pool_connections{${SCHEDULER}, state="waiting"}`]: '0 4 0 4x3 0x4 9x3 0x4 4x3 0x4 4x3 0x20' } },
  LongshoreDatabaseContended: { fires: { [`longshore_database_transaction_repeats_total{${SCHEDULER}, name="apply"}`]: '0+60x80' }, after: '15m', silent: { [`longshore_database_transaction_repeats_total{${SCHEDULER}, name="apply"}`]: '0+3x80' } },
  LongshoreNodeDown: { fires: { [`up{${NODE}}`]: '0x40' }, after: '6m', silent: { [`up{${NODE}}`]: '1x40' } },
  LongshoreDiskFilling: { fires: { [`node_filesystem_avail_bytes{${DISK}}`]: '10x60', [`node_filesystem_size_bytes{${DISK}}`]: '100x60' }, after: '11m', silent: { [`node_filesystem_avail_bytes{${DISK.replace('ext4', 'tmpfs')}}`]: '1x60', [`node_filesystem_size_bytes{${DISK.replace('ext4', 'tmpfs')}}`]: '100x60' } },
  LongshoreDiskFull: { fires: { [`node_filesystem_avail_bytes{${DISK}}`]: '2x60', [`node_filesystem_size_bytes{${DISK}}`]: '100x60' }, after: '3m', silent: { [`node_filesystem_avail_bytes{${DISK}}`]: '10x60', [`node_filesystem_size_bytes{${DISK}}`]: '100x60' } },
  LongshoreInodesShort: { fires: { [`node_filesystem_files_free{${DISK}}`]: '2x60', [`node_filesystem_files{${DISK}}`]: '100x60' }, after: '11m', silent: { [`node_filesystem_files_free{${DISK}}`]: '0x60', [`node_filesystem_files{${DISK}}`]: '0x60' } },
  LongshoreMemoryShort: { fires: { [`node_memory_MemAvailable_bytes{${NODE}}`]: '2x60', [`node_memory_MemTotal_bytes{${NODE}}`]: '100x60' }, after: '11m', silent: { [`node_memory_MemAvailable_bytes{${NODE}}`]: '20x60', [`node_memory_MemTotal_bytes{${NODE}}`]: '100x60' } },
  LongshoreClockWrong: { fires: { [`node_timex_offset_seconds{${NODE}}`]: '-3+0x60' }, after: '11m', silent: { [`node_timex_offset_seconds{${NODE}}`]: '0.01x60' } },
  LongshoreCertificateEnds: { fires: { 'probe_ssl_earliest_cert_expiry{instance="https://longshore"}': '864000x300' }, after: '65m', silent: { 'probe_ssl_earliest_cert_expiry{instance="https://longshore"}': '8640000x300' } },
  LongshorePushgatewayDown: { fires: { 'up{job="pushgateway", instance="a:9091"}': '0x40' }, after: '6m', silent: { 'up{job="pushgateway", instance="a:9091"}': '1x40' } },
  LongshorePushRefused: { fires: { 'push_failure_time_seconds{job="load"}': '200x40', 'push_time_seconds{job="load"}': '100x40' }, after: '1m', silent: { 'push_failure_time_seconds{job="load"}': '0x40', 'push_time_seconds{job="load"}': '100x40' } },
}
