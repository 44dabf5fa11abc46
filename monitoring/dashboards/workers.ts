import { query, quantile, type Dashboard } from './dashboard.js'

const OF = 'instance=~"$instance"'

export const workers: Dashboard = {
  uid: 'workers', title: 'workers', meaning: 'Who is there, who is fit, how full they are, and what their Docker and images do.',
  choices: [{ name: 'instance', label: 'Worker', series: 'longshore_worker_slots' }],
  rows: [
    { title: 'Who is there', panels: [
      { title: 'Workers', meaning: 'As the installation knows them: online, unreachable, gone.', stacked: true, queries: [query('max by (status) (longshore_workers)', '{{status}}')] },
      { title: 'Health', meaning: 'Only a healthy worker takes work.', queries: [query(`sum by (state) (longshore_worker_health{${OF}})`, '{{state}}')] },
      { title: 'Taking work', meaning: '1 while new work is taken. Draining workers take none, nor do those whose queues are paused.', queries: [query(`longshore_worker_taking_work{${OF}}`, '{{instance}}'), query(`sum(longshore_worker_draining{${OF}})`, 'draining'), query(`sum(longshore_worker_queues_paused{${OF}})`, 'queues paused')] },
    ] },
    { title: 'How full', panels: [
      { title: 'Slots in use', meaning: 'Share of the attempts that a worker runs at once.', unit: 'percentunit', queries: [query(`longshore_worker_slots_used{${OF}} / (longshore_worker_slots{${OF}} > 0)`, '{{instance}}')] },
      { title: 'Running', meaning: 'Attempts whose task is starting or running.', stacked: true, queries: [query(`longshore_worker_active{${OF}}`, '{{instance}}')] },
      { title: 'Reserved', meaning: 'Share of the CPUs and of the memory that tasks have reserved.', unit: 'percentunit', queries: [query(`longshore_worker_cpus_reserved{${OF}} / (longshore_worker_cpus{${OF}} > 0)`, 'CPU {{instance}}'), query(`longshore_worker_memory_reserved_bytes{${OF}} / (longshore_worker_memory_bytes{${OF}} > 0)`, 'memory {{instance}}')] },
    ] },
    { title: 'Attempts', panels: [
      { title: 'Claimed and finished', meaning: 'Attempts a second.', unit: 'ops', queries: [query(`sum(rate(longshore_worker_claimed_total{${OF}}[$__rate_interval]))`, 'claimed'), query(`sum by (reason) (rate(longshore_worker_finished_total{${OF}}[$__rate_interval]))`, '{{reason}}')] },
      { title: 'From claim to start', meaning: '95 of 100 tasks start faster. Pulls of images are in it.', unit: 's', queries: [query(quantile(0.95, 'longshore_worker_claim_to_start_seconds', OF, 'instance'), '{{instance}}')] },
      { title: 'Not as usual', meaning: 'Attempts taken over, given back, refused or taken away, and lost.', unit: 'ops', queries: [
        query(`sum(rate(longshore_worker_adopted_total{${OF}}[$__rate_interval])) or vector(0)`, 'adopted'), query(`sum(rate(longshore_worker_released_total{${OF}}[$__rate_interval])) or vector(0)`, 'given back'),
        query(`sum by (why) (rate(longshore_worker_dropped_total{${OF}}[$__rate_interval])) or vector(0)`, 'dropped {{why}}'), query('sum(rate(longshore_scheduler_attempts_lost_total[$__rate_interval])) or vector(0)', 'lost'),
        query(`sum(rate(longshore_worker_alien_jobs_total{${OF}}[$__rate_interval])) or vector(0)`, 'alien jobs') ] },
      { title: 'Since leases were renewed', meaning: 'After 240 s a worker stops its own tasks.', unit: 's', limits: [60, 120], queries: [query(`longshore_worker_lease_renewal_age_seconds{${OF}}`, '{{instance}}')] },
      { title: 'Not settled', meaning: 'Finishes that the schedulers have not confirmed, or whose logs are not put away.', limits: [20, 50], queries: [query(`longshore_worker_unsettled{${OF}}`, '{{instance}}')] },
      { title: 'By worker', meaning: 'Tasks that run, as Flower counts them.', queries: [query('max by (worker) (flower_worker_number_of_currently_executing_tasks)', '{{worker}}')] },
    ] },
    { title: 'Docker and images', panels: [
      { title: 'Docker', meaning: '1 while it answers.', queries: [query(`longshore_worker_docker_up{${OF}}`, '{{instance}}'), query(`sum(increase(longshore_worker_docker_outages_total{${OF}}[1h]))`, 'outages within an hour')] },
      { title: 'Pulls', meaning: 'By how they ended.', unit: 'ops', queries: [query(`sum by (outcome) (rate(longshore_worker_pulls_total{${OF}}[$__rate_interval])) or vector(0)`, '{{outcome}}')] },
      { title: 'Time of pulls', meaning: '95 of 100 were faster.', unit: 's', queries: [query(quantile(0.95, 'longshore_worker_pull_seconds', OF), 'pulls')] },
      { title: 'Bytes pulled', meaning: 'From registries, a second.', unit: 'bytes', queries: [query(`sum(rate(longshore_worker_pulled_bytes_total{${OF}}[$__rate_interval]))`, 'bytes')] },
      { title: 'Cleared away', meaning: 'Images, and what attempts have left.', unit: 'ops', queries: [query(`sum(rate(longshore_worker_images_removed_total{${OF}}[$__rate_interval]))`, 'images'), query(`sum by (what) (rate(longshore_worker_reaped_total{${OF}}[$__rate_interval])) or vector(0)`, '{{what}}')] },
    ] },
  ],
}
