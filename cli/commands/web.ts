import type { Command } from 'commander'
import { Registry } from 'prom-client'
import type { Config } from '../../shared/config/schema.js'
import { collectProcessMetrics } from '../../shared/observability/process-metrics.js'
import { ServiceGroup, type Service } from '../../shared/lifecycle.js'
import { createLog } from '../../shared/log.js'
import { folderEvaluator } from '../../scheduler/dag-processor/evaluate-folder.js'
import { UPLOAD_MS, Web } from '../../web/web.js'
import { passedSocket } from '../listen-fd.js'
import { reloader } from '../reload.js'
import { requireRedis } from '../require-redis.js'
import { runService } from '../run-service.js'
import { serviceSettings } from '../settings.js'

export function define(command: Command): void {
  command
    .option('--http-port <n>', 'port for the pages, the API, /metrics, /livez and /readyz; 0 takes any that is free')
    .option('--http-host <address>', 'address to listen on')
    .option('--public-url <url>', 'where people reach it, when it is behind a proxy')
    .addHelpText('after', '\nAny number may run. The first user is made with `longshore users create NAME --role admin`.\nA socket that systemd passes (LISTEN_FDS) is used instead of host and port.')
    .action(async () => {
      const read = (): Config => serviceSettings(command).config
      const config = read()
      requireRedis('web process', config)
      const log = createLog(config.logLevel, 'web')
      const registry = new Registry()
      collectProcessMetrics(registry)
      const web = new Web({ config, log, components: [], registries: () => [registry], evaluate: folderEvaluator(config, UPLOAD_MS), listenFd: passedSocket(process.env, process.pid) })
      const announcement: Service = { name: 'announcement', start: async () => { log.info({ url: web.url }, 'web is ready') }, stop: async () => {} }
      await runService(new ServiceGroup('web', [web, announcement]), log, {
        supervised: { stuck: () => web.stuck(), status: () => web.notReady() ?? `serves ${web.url}`, reload: reloader({ log, config, read }) },
      })
    })
}
