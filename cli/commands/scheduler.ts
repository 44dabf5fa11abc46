import type { Command } from 'commander'
import { Scheduler } from '../../scheduler/scheduler.js'
import { serve } from '../serve.js'
import { serviceSettings } from '../settings.js'

export function define(command: Command): void {
  command
    .option('--http-port <n>', 'port for /metrics, /livez and /readyz; 0 takes any that is free')
    .option('--http-host <address>', 'address to listen on')
    .addHelpText('after', '\nAny number of schedulers may run on one MySQL or MariaDB; with SQLite there may be one.')
    .action(async () => {
      await serve('scheduler', () => serviceSettings(command).config, (config, log, registry) => {
        const scheduler = new Scheduler({ config, log, registry })
        return {
          service: scheduler, notReady: () => scheduler.notReady(), stuck: () => scheduler.stuck(), status: () => `schedules the DAGs in ${config.dagsDir}`,
          facts: { dagsDir: config.dagsDir },
        }
      })
    })
}
