import { query, quantile, spread, type Dashboard } from './dashboard.js'

export const cluster: Dashboard = {
  uid: 'cluster', title: 'cluster', meaning: 'Is all well? Schedulers, database, Redis, the web process and the machines.',
  rows: [
    { title: 'Now', panels: [
      { title: 'Schedulers', meaning: 'Those that answer. One is enough to go on; two take over from each other.', kind: 'stat', width: 4, limits: [1, 2], lessIsWorse: true, queries: [query('sum(up{job="longshore-scheduler"})', '')] },
      { title: 'Workers online', meaning: 'Workers that were heard of within 45 s.', kind: 'stat', width: 4, limits: [1, 1], lessIsWorse: true, queries: [query('max(longshore_workers{status="online"})', '')] },
      { title: 'Running', meaning: 'Task instances that run.', kind: 'stat', width: 4, queries: [query('sum(max by (queue) (longshore_task_instances{state="running"})) or vector(0)', '')] },
      { title: 'Waiting', meaning: 'Task instances that could run and wait for a slot.', kind: 'stat', width: 4, queries: [query('sum(max by (queue) (longshore_queue_waiting))', '')] },
      { title: 'Waits longest', meaning: 'How long the task instance has waited that waits longest, over all queues.', kind: 'stat', width: 4, unit: 's', limits: [300, 1_800], queries: [query('max(longshore_queue_oldest_waiting_seconds)', '')] },
      { title: 'Alerts', meaning: 'What Prometheus alerts on now.', kind: 'stat', width: 4, limits: [1, 3], queries: [query('count(ALERTS{alertstate="firing"}) or vector(0)', '')] },
    ] },
    { title: 'Schedulers', panels: [
      { title: 'Dispatched and ended', meaning: 'Attempts put on their queues, and attempts that ended, by the state they led to.', unit: 'ops', queries: [query('sum(rate(longshore_scheduler_dispatched_total[$__rate_interval]))', 'dispatched'), query('sum by (state) (rate(longshore_scheduler_attempts_total[$__rate_interval]))', '{{state}}')] },
      { title: 'Age of what workers report', meaning: 'How long the oldest event of a batch had waited when it was taken down. Tasks downstream start later by as much.', unit: 's', limits: [2, 10], queries: spread('longshore_scheduler_event_age_seconds') },
      { title: 'Runs made late', meaning: 'How long after they were due runs were made. Runs that catch up count as late.', unit: 's', limits: [10, 60], queries: spread('longshore_scheduler_run_lateness_seconds') },
      { title: 'Passes of loops', meaning: '95 of 100 passes are faster. The consumer waits for events within its pass.', unit: 's', queries: [query(quantile(0.95, 'longshore_scheduler_loop_seconds', '', 'loop'), '{{loop}}')] },
      { title: 'Since the last pass', meaning: 'Each loop passes at least once a minute.', unit: 's', limits: [90, 180], queries: [query('time() - longshore_scheduler_loop_last_pass_timestamp_seconds', '{{loop}} {{instance}}')] },
      { title: 'Should not happen', meaning: 'Reports that could not be applied, repeats, problems in DAG files, times that Redis had forgotten.', unit: 'ops', queries: [
        query('sum(rate(longshore_scheduler_dead_letters_total[$__rate_interval])) or vector(0)', 'dead letters'), query('sum(rate(longshore_scheduler_stale_events_total[$__rate_interval]))', 'stale events'),
        query('sum(rate(longshore_scheduler_dag_problems_total[$__rate_interval]))', 'DAG problems'), query('sum(rate(longshore_scheduler_epochs_broken_total[$__rate_interval])) or vector(0)', 'Redis forgot') ] },
    ] },
    { title: 'Database and Redis', panels: [
      { title: 'Transactions', meaning: 'How long they take, repeats included.', unit: 's', limits: [0.1, 0.5], queries: spread('longshore_database_transaction_seconds', 'ok="true"') },
      { title: 'Slowest transactions', meaning: 'By name: 95 of 100 are faster.', unit: 's', queries: [query(`topk(8, ${quantile(0.95, 'longshore_database_transaction_seconds', 'ok="true"', 'name')})`, '{{name}}')] },
      { title: 'Connections to the database', meaning: 'Of each scheduler. Those that are waited for should be none.', queries: [query('longshore_database_pool_connections', '{{state}} {{instance}}')] },
      { title: 'Repeated transactions', meaning: 'After a deadlock or a lock wait.', unit: 'ops', limits: [0.2, 1], queries: [query('sum by (name) (rate(longshore_database_transaction_repeats_total[$__rate_interval])) or vector(0)', '{{name}}')] },
      { title: 'Memory of Redis', meaning: 'What it uses, and what it may use (0: no limit).', unit: 'bytes', queries: [query('max(longshore_redis_used_memory_bytes)', 'used'), query('max(longshore_redis_max_memory_bytes)', 'limit')] },
      { title: 'Load of Redis', meaning: 'Commands a second, as it says itself, and connections.', queries: [query('max(longshore_redis_commands_per_second)', 'commands a second'), query('max(longshore_redis_clients)', 'connections')] },
    ] },
    { title: 'Pages and API', panels: [
      { title: 'Requests', meaning: 'By status.', unit: 'reqps', stacked: true, queries: [query('sum by (status) (rate(longshore_web_request_seconds_count[$__rate_interval]))', '{{status}}')] },
      { title: 'Time to answer', meaning: 'Streams until they began.', unit: 's', limits: [0.5, 2], queries: spread('longshore_web_request_seconds') },
      { title: 'Open streams', meaning: 'Of changes and logs: pages that somebody looks at.', queries: [query('sum(longshore_web_streams)', 'streams')] },
    ] },
    { title: 'Machines and processes', panels: [
      { title: 'CPU', meaning: 'Share that is in use, by machine.', unit: 'percentunit', queries: [query('1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[$__rate_interval]))', '{{instance}}')] },
      { title: 'Memory left', meaning: 'Share that programs could still have.', unit: 'percentunit', limits: [0.05, 0.15], lessIsWorse: true, queries: [query('node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes', '{{instance}}')] },
      { title: 'Disk left', meaning: 'Share of the file system.', unit: 'percentunit', limits: [0.03, 0.12], lessIsWorse: true, queries: [query('node_filesystem_avail_bytes{fstype!~"tmpfs|ramfs|overlay|squashfs"} / node_filesystem_size_bytes{fstype!~"tmpfs|ramfs|overlay|squashfs"}', '{{instance}} {{mountpoint}}')] },
      { title: 'CPU of Longshore', meaning: 'Cores that each process uses.', queries: [query('rate(process_cpu_seconds_total{job=~"longshore-.+"}[$__rate_interval])', '{{job}} {{instance}}')] },
      { title: 'Memory of Longshore', meaning: 'Resident memory of each process.', unit: 'bytes', queries: [query('process_resident_memory_bytes{job=~"longshore-.+"}', '{{job}} {{instance}}')] },
      { title: 'Delay of event loops', meaning: '99 of 100 turns are later by less. Seconds mean that a process computes instead of answering.', unit: 's', limits: [0.2, 1], queries: [query('nodejs_eventloop_lag_p99_seconds{job=~"longshore-.+"}', '{{job}} {{instance}}')] },
    ] },
  ],
}
