import { Registry } from 'prom-client'
import { collectProcessMetrics } from '../shared/observability/process-metrics.js'
import type { Config, ConfigKey } from '../shared/config/schema.js'
import { ServiceGroup, type Service } from '../shared/lifecycle.js'
import { createLog, type Log } from '../shared/log.js'
import { HealthServer } from '../shared/observability/health-server.js'
import { requireRedis } from './require-redis.js'
import { reloader } from './reload.js'
import { runService } from './run-service.js'

export interface Served {
  readonly service: Service
  readonly notReady: () => string | null
  /** Why only a restart would help, or null. */
  readonly stuck: () => string | null
  /** For `systemctl status`, while it is ready. */
  readonly status: () => string
  /** Takes over what can change while it runs; returns the names of these settings. */
  readonly reload?: (config: Config) => readonly ConfigKey[]
  /** Settles when it has come to its own end. */
  readonly ended?: Promise<void>
  /** Said when it is ready. */
  readonly facts: Readonly<Record<string, unknown>>
}

/** Runs a scheduler or a worker with its health server beside it until a signal comes. */
export async function serve(name: string, read: () => Config, build: (config: Config, log: Log, registry: Registry) => Served): Promise<void> {
  const config = read()
  requireRedis(name, config)
  const log = createLog(config.logLevel, name)
  const registry = new Registry()
  collectProcessMetrics(registry)
  const { service, notReady, stuck, status, reload, facts, ended } = build(config, log, registry)
  const health = new HealthServer({ host: config.httpHost, port: config.httpPort, components: [{ name, notReady }], registries: () => [registry] })
  const announcement: Service = {
    name: 'announcement',
    start: async () => { log.info({ url: health.url, ...facts }, `${name} is ready`) },
    stop: async () => {},
  }
  await runService(new ServiceGroup(name, [health, service, announcement]), log, {
    ...(ended !== undefined && { ended }),
    supervised: { stuck, status: () => notReady() ?? status(), reload: reloader({ log, config, read, ...(reload !== undefined && { apply: reload }) }) },
  })
}
