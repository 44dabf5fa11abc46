import { query, quantile, type Dashboard } from './dashboard.js'

const OF = 'queue=~"$queue"'

export const queues: Dashboard = {
  uid: 'queues', title: 'queues', meaning: 'What waits, how long, what runs, and who serves it.',
  choices: [{ name: 'queue', label: 'Queue', series: 'longshore_queue_waiting' }],
  rows: [
    { title: 'Now', panels: [
      { title: 'Waiting', meaning: 'Task instances that could run and wait for a slot.', kind: 'bargauge', queries: [query(`max by (queue) (longshore_queue_waiting{${OF}})`, '{{queue}}')] },
      { title: 'Active', meaning: 'On their way to a worker or on one.', kind: 'bargauge', queries: [query(`max by (queue) (longshore_queue_active{${OF}})`, '{{queue}}')] },
      { title: 'Paused', meaning: '1 while workers take nothing because somebody wants it so.', kind: 'bargauge', limits: [1, 2], queries: [query(`max by (queue) (longshore_queue_paused{${OF}})`, '{{queue}}')] },
    ] },
    { title: 'Waiting', panels: [
      { title: 'Waiting', meaning: 'Task instances that could run and wait for a slot.', stacked: true, width: 12, queries: [query(`max by (queue) (longshore_queue_waiting{${OF}})`, '{{queue}}')] },
      { title: 'Waits longest', meaning: 'How long the task instance has waited that waits longest.', unit: 's', limits: [300, 1_800], width: 12, queries: [query(`max by (queue) (longshore_queue_oldest_waiting_seconds{${OF}})`, '{{queue}}')] },
      { title: 'From ready to start', meaning: 'From the end of the last dependency to the start of the task: 95 of 100 are faster.', unit: 's', width: 12, queries: [query(quantile(0.95, 'longshore_task_wait_seconds', OF, 'queue'), '{{queue}}')] },
      { title: 'By state', meaning: 'Task instances that are not finished.', stacked: true, width: 12, queries: [query(`sum by (state) (max by (queue, state) (longshore_task_instances{${OF}}))`, '{{state}}')] },
    ] },
    { title: 'Through', panels: [
      { title: 'Started', meaning: 'Tasks a second.', unit: 'ops', queries: [query(`sum by (queue) (rate(longshore_task_wait_seconds_count{${OF}}[$__rate_interval]))`, '{{queue}}')] },
      { title: 'Finished', meaning: 'Attempts a second.', unit: 'ops', queries: [query(`sum by (queue) (rate(longshore_scheduler_finished_total{${OF}}[$__rate_interval]))`, '{{queue}}')] },
      { title: 'Failed', meaning: 'Attempts a second, by reason.', unit: 'ops', queries: [query(`sum by (queue, reason) (rate(longshore_scheduler_finished_total{${OF}, failed="true"}[$__rate_interval])) or vector(0)`, '{{queue}} {{reason}}')] },
    ] },
  ],
}
