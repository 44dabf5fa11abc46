import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { createLog } from '../../../shared/log.js'
import { AwsHook } from '../../node/hook.js'
import { Imds } from '../../node/imds.js'
import { Lifecycle } from '../../node/lifecycle.js'
import { SystemdHost } from '../../node/systemd-host.js'
import { parseEnvironment } from '../../node/systemd-text.js'
import { runService } from '../../run-service.js'
import { serviceSettings } from '../../settings.js'

/** Written by terraform/provision. */
const AWS_SETTINGS = '/etc/longshore/aws.env'

export function define(command: Command): void {
  command
    .addHelpText('after', '\nlongshore-lifecycle.service runs it. On a machine that is no instance of AWS it says so and does nothing.')
    .action(async () => {
      const { config } = serviceSettings(command)
      const log = createLog(config.logLevel, 'lifecycle')
      const imds = new Imds()
      const group = groupName()
      const host = new SystemdHost({ stateDir: config.stateDir, config: process.env['LONGSHORE_CONFIG'], dockerHost: config.dockerHost, updateTimeout: config.updateTimeout })
      await runService(new Lifecycle({ imds, hook: group === null ? null : new AwsHook(imds, group), host, log }), log)
    })
}

function groupName(): string | null {
  try {
    return parseEnvironment(readFileSync(AWS_SETTINGS, 'utf8'))['AUTOSCALING_GROUP'] ?? null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
