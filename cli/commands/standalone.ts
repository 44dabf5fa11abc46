import type { Command } from 'commander'
import { createLog } from '../../shared/log.js'
import { runService } from '../run-service.js'
import { serviceSettings } from '../settings.js'
import { Standalone } from '../standalone/standalone.js'
import { queueOption } from './worker-options.js'

export function define(command: Command): void {
  command
    .option('--port <n>', 'port for the pages, the API, /metrics, /livez and /readyz; 0 takes any that is free')
    .option('--concurrency <n>', 'tasks that run at once')
    .option('--docker-host <url>', 'unix:///… or tcp://…; default: DOCKER_HOST, else the usual socket')
    .addOption(queueOption('queues to serve; default: every queue that a DAG names'))
    .addHelpText('after', `
Without --database-url it keeps an SQLite database, and without --redis-url it starts a private Redis, both in the state
directory. The other commands find them there: in the same directory they need no options.
Ctrl-C stops it and leaves running containers running; the next one takes them over.`)
    .action(async () => {
      const settings = serviceSettings(command)
      const log = createLog(settings.config.logLevel, 'standalone')
      const standalone = new Standalone(settings, log)
      await runService(standalone, log, { ended: standalone.ended })
    })
}
