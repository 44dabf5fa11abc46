import { collectDefaultMetrics, type Registry } from 'prom-client'

/** Gauges that are named like counters, which Prometheus' own checks refuse. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total']

/** Who measures how late the event loop is wakes it up this often; the default of 10 ms costs an idle process a hundredth of a core. */
const LOOP_PRECISION_MS = 50

/** What every process says of itself: CPU, memory, event loop, garbage collection. */
export function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_PRECISION_MS })
  for (const name of MISNAMED) registry.removeSingleMetric(name)
}
