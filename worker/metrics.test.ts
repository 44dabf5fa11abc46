import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { registerMetrics } from './metrics.js'
import { WorkerEvents } from './worker-events.js'

it('shows what the worker is and counts what happens in it', async () => {
  const registry = new Registry()
  const events = new WorkerEvents()
  registerMetrics(registry, events, () => ({
    worker: 'w', name: 'n', queues: ['etl'], slots: { total: 4, used: 3 }, active: 2, unsettled: 1, lastRenewalAgeSeconds: 7, docker: 'up', connected: true, refusing: [], paused: [], draining: false, ready: true,
    health: 'guarded', capacity: { total: { cpus: 4, memory: 1024 }, used: { cpus: 1.5, memory: 512 } },
  }))
  events.emit('claimed', { attempt: '1.1', queue: 'etl', dag: 'd', task: 't' })
  events.emit('started', { attempt: '1.1', queue: 'etl', container: 'c', secondsSinceClaim: 0.02 })
  events.emit('finished', { attempt: '1.1', queue: 'etl', reason: 'exited', exitCode: 0, detail: null })
  const text = await registry.metrics()
  for (const line of [
    'longshore_worker_slots 4', 'longshore_worker_slots_used 3', 'longshore_worker_active 2', 'longshore_worker_unsettled 1', 'longshore_worker_lease_renewal_age_seconds 7',
    'longshore_worker_health{state="guarded"} 1', 'longshore_worker_health{state="healthy"} 0', 'longshore_worker_cpus 4', 'longshore_worker_cpus_reserved 1.5', 'longshore_worker_memory_bytes 1024', 'longshore_worker_memory_reserved_bytes 512',
    'longshore_worker_docker_up 1', 'longshore_worker_taking_work 1', 'longshore_worker_claimed_total{queue="etl"} 1', 'longshore_worker_finished_total{queue="etl",reason="exited"} 1',
    'longshore_worker_claim_to_start_seconds_bucket{le="0.025",queue="etl"} 1',
  ]) expect(text).toContain(line)
})
