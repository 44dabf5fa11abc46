import { query, quantile, type Dashboard } from './dashboard.js'

const OF = 'dag=~"$dag"'

export const dags: Dashboard = {
  uid: 'dags', title: 'DAGs', meaning: 'How runs and tasks end, how long they take, and what was too late.',
  choices: [{ name: 'dag', label: 'DAG', series: 'longshore_task_runtime_seconds_count' }],
  rows: [
    { title: 'Runs', panels: [
      { title: 'Runs that ended', meaning: 'Within five minutes, by state.', stacked: true, queries: [query('sum by (state) (increase(longshore_scheduler_runs_total[5m]))', '{{state}}')] },
      { title: 'Missed deadlines', meaning: 'Runs that had not ended by their deadline, within an hour.', limits: [1, 5], queries: [query(`sum by (dag) (increase(longshore_deadlines_missed_total{${OF}}[1h])) or vector(0)`, '{{dag}}')] },
      { title: 'DAG files with problems', meaning: 'They are refused as they are. The last good version of each stays in force.', limits: [1, 5], queries: [query('max(longshore_scheduler_dag_files_with_problems)', 'files')] },
    ] },
    { title: 'Tasks', panels: [
      { title: 'Tasks that ended', meaning: 'By DAG.', unit: 'ops', stacked: true, queries: [query(`sum by (dag) (rate(longshore_task_runtime_seconds_count{${OF}}[$__rate_interval]))`, '{{dag}}')] },
      { title: 'How they ended', meaning: 'Attempts, by the reason that the worker told.', unit: 'ops', stacked: true, queries: [query('sum by (reason) (rate(longshore_scheduler_finished_total[$__rate_interval]))', '{{reason}}')] },
      { title: 'Share that failed', meaning: 'Of the attempts that ended.', unit: 'percentunit', limits: [0.05, 0.25], queries: [query('sum(rate(longshore_scheduler_finished_total{failed="true"}[$__rate_interval])) / sum(rate(longshore_scheduler_finished_total[$__rate_interval])) or vector(0)', 'failed')] },
      { title: 'Run time', meaning: '95 of 100 tasks of a DAG are faster.', unit: 's', queries: [query(quantile(0.95, 'longshore_task_runtime_seconds', OF, 'dag'), '{{dag}}')] },
      { title: 'Time spent', meaning: 'Seconds of run time a second: how many tasks of a DAG run at once, on average.', stacked: true, queries: [query(`sum by (dag) (rate(longshore_task_runtime_seconds_sum{${OF}}[$__rate_interval]))`, '{{dag}}')] },
      { title: 'Slowest tasks', meaning: 'By task: half of them are faster. The metrics have Flower\'s names.', unit: 's', queries: [query('topk(10, histogram_quantile(0.5, sum by (le, task) (rate(flower_task_runtime_seconds_bucket[$__rate_interval]))))', '{{task}}')] },
    ] },
  ],
}
