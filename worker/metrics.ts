import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { HealthState } from './health/health.js'
import type { WorkerEvents } from './worker-events.js'
import type { WorkerStatus } from './worker-status.js'

const START_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
const PULL_BUCKETS = [0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1_800]

/** Counts what happens in a worker. Labels are queues and reasons, both of which are few. */
export function registerMetrics(registry: Registry, events: WorkerEvents, status: () => WorkerStatus): void {
  const registers = [registry]
  const gauge = (name: string, help: string, value: (current: WorkerStatus) => number): void => {
    new Gauge({ name: `longshore_worker_${name}`, help, registers, collect() { this.set(value(status())) } })
  }
  gauge('slots', 'Attempts that this worker runs at once.', current => current.slots.total)
  gauge('slots_used', 'Slots that are taken.', current => current.slots.used)
  gauge('active', 'Attempts whose task is starting or running here.', current => current.active)
  gauge('unsettled', 'Finishes that the scheduler has not confirmed.', current => current.unsettled)
  gauge('lease_renewal_age_seconds', 'Time since all leases were last renewed.', current => current.lastRenewalAgeSeconds)
  gauge('taking_work', '1 while new work is taken, 0 while something forbids it.', current => current.refusing.length === 0 ? 1 : 0)
  gauge('draining', '1 while it takes nothing new because it is to end.', current => (current.draining ? 1 : 0))
  gauge('queues_paused', 'Queues from which it takes nothing because somebody wants it so.', current => current.paused.length)
  gauge('docker_up', '1 while Docker answers.', current => current.docker === 'up' ? 1 : 0)

  gauge('cpus', 'CPUs that tasks may reserve together.', current => current.capacity.total.cpus)
  gauge('cpus_reserved', 'CPUs that tasks have reserved.', current => current.capacity.used.cpus)
  gauge('memory_bytes', 'Memory that tasks may reserve together.', current => current.capacity.total.memory)
  gauge('memory_reserved_bytes', 'Memory that tasks have reserved.', current => current.capacity.used.memory)
  new Gauge({
    name: 'longshore_worker_health', help: '1 for the state in which the worker is: only a healthy one takes work.', labelNames: ['state'], registers,
    collect() { for (const state of Object.values(HealthState)) this.set({ state }, status().health === state ? 1 : 0) },
  })

  const claimed = new Counter({ name: 'longshore_worker_claimed_total', help: 'Attempts claimed.', labelNames: ['queue'], registers })
  const finished = new Counter({ name: 'longshore_worker_finished_total', help: 'Attempts finished, by reason.', labelNames: ['queue', 'reason'], registers })
  const adopted = new Counter({ name: 'longshore_worker_adopted_total', help: 'Attempts taken over from an earlier process.', labelNames: ['queue'], registers })
  const released = new Counter({ name: 'longshore_worker_released_total', help: 'Attempts given back untouched.', labelNames: ['queue'], registers })
  const dropped = new Counter({ name: 'longshore_worker_dropped_total', help: 'Attempts that were refused or taken away.', labelNames: ['queue', 'why'], registers })
  const alien = new Counter({ name: 'longshore_worker_alien_jobs_total', help: 'Jobs that no scheduler made.', labelNames: ['queue'], registers })
  const reaped = new Counter({ name: 'longshore_worker_reaped_total', help: 'Containers, networks, volumes, directories and files removed because no attempt needed them.', labelNames: ['what'], registers })
  const dockerOutages = new Counter({ name: 'longshore_worker_docker_outages_total', help: 'Times that Docker went away.', registers })
  const starting = new Histogram({ name: 'longshore_worker_claim_to_start_seconds', help: 'From taking the job to the start of its task.', buckets: START_BUCKETS, labelNames: ['queue'], registers })

  const pulls = new Counter({ name: 'longshore_worker_pulls_total', help: 'Pulls of images, by how they ended.', labelNames: ['outcome'], registers })
  const pulling = new Histogram({ name: 'longshore_worker_pull_seconds', help: 'How long pulls took that succeeded.', buckets: PULL_BUCKETS, registers })
  const pulledBytes = new Counter({ name: 'longshore_worker_pulled_bytes_total', help: 'Bytes of images that came from registries.', registers })
  const removed = new Counter({ name: 'longshore_worker_images_removed_total', help: 'Images removed because nothing needed them or to make room.', registers })

  events.on('claimed', ({ queue }) => claimed.inc({ queue }))
  events.on('started', ({ queue, secondsSinceClaim }) => starting.observe({ queue }, secondsSinceClaim))
  events.on('finished', ({ queue, reason }) => finished.inc({ queue, reason }))
  events.on('adopted', ({ queue }) => adopted.inc({ queue }))
  events.on('released', ({ queue }) => released.inc({ queue }))
  events.on('dropped', ({ queue, why }) => dropped.inc({ queue, why }))
  events.on('alien', ({ queue }) => alien.inc({ queue }))
  events.on('reaped', ({ what }) => reaped.inc({ what }))
  events.on('dockerAway', () => dockerOutages.inc())
  events.on('pulled', ({ seconds, bytes }) => {
    pulls.inc({ outcome: 'pulled' })
    pulling.observe(seconds)
    pulledBytes.inc(bytes)
  })
  events.on('pullFailed', ({ reason }) => pulls.inc({ outcome: reason }))
  events.on('imageRemoved', () => removed.inc())
}
