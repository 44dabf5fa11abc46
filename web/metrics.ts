import type { FastifyInstance } from 'fastify'
import { Histogram, Gauge, type Registry } from 'prom-client'

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30]

/** How the API is used: who writes down what it takes to answer. Labels are routes as they are declared, never addresses. */
export type WebMetrics = ReturnType<typeof registerWebMetrics>

export function registerWebMetrics(registry: Registry, streams: () => number) {
  const registers = [registry]
  const requests = new Histogram({ name: 'longshore_web_request_seconds', help: 'How long requests took to answer; streams until they began.', labelNames: ['method', 'route', 'status'], buckets: BUCKETS, registers })
  new Gauge({ name: 'longshore_web_streams', help: 'Streams of changes and logs that are open.', registers, collect() { this.set(streams()) } })
  return { requests }
}

/** Pages and what is not there count as one route each. */
export function measureRequests(app: FastifyInstance, { requests }: WebMetrics): void {
  app.addHook('onSend', async (request, reply, payload: unknown) => {
    const { url } = request.routeOptions
    requests.observe({ method: request.method, route: url ?? 'none', status: reply.statusCode }, reply.elapsedTime / 1_000)
    return payload
  })
}
