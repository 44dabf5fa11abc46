import type { Api, WebContext } from '../app.js'
import { filtered, principalOf } from '../http/route-access.js'
import { EVERYWHERE, may, Role } from '../identity/access.js'
import { Faults } from '../reads/faults.js'
import { HealthReader, withoutPlaces } from '../reads/health.js'
import { SharedRead } from '../../shared/shared-read.js'
import { Health } from '../schemas/health.js'

const FRESH_MS = 2_000

export function healthRoutes(api: Api, { config, database }: WebContext): void {
  const reader = new HealthReader(database, config, new Faults(api.log))
  const health = new SharedRead(() => reader.read(), FRESH_MS)

  api.get('/health', {
    config: { access: filtered() },
    schema: { summary: 'Database, broker, schedulers, workers and log store', tags: ['Health'], response: { 200: Health } },
  }, async request => {
    const all = await health.get()
    return may(principalOf(request).grants, Role.admin, EVERYWHERE) ? all : withoutPlaces(all)
  })
}
