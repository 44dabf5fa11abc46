import type { FastifyInstance } from 'fastify'
import { HEALTH_PATHS, type Health } from '../../shared/observability/health.js'

/** `/metrics`, `/livez` and `/readyz` for who reaches the port: probes and Prometheus sign in nowhere. */
export function healthRoutes(app: FastifyInstance, health: Health): void {
  for (const path of HEALTH_PATHS) {
    app.get(path, { schema: { hide: true }, config: { rateLimit: false } }, async (_, reply) => {
      const { status, type, body } = await health.answer(path)
      return reply.status(status).header('cache-control', 'no-store').type(type).send(body)
    })
  }
}
