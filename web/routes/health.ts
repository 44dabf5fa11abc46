import type { Api, WebContext } from '../app.js'
import { filtered } from '../http/route-access.js'
import { HealthReader } from '../reads/health.js'
import { SharedRead } from '../../shared/shared-read.js'
import { Health } from '../schemas/health.js'

const FRESH_MS = 2_000

export function healthRoutes(api: Api, { config, database }: WebContext): void {
  const reader = new HealthReader(database, config)
  const health = new SharedRead(() => reader.read(), FRESH_MS)

  api.get('/health', {
    config: { access: filtered() },
    schema: { summary: 'Database, broker, schedulers, workers and log store', tags: ['Health'], response: { 200: Health } },
  }, () => health.get())
}
