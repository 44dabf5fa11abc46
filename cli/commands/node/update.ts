import { mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { NodePost } from '../../../shared/broker/node-post.js'
import { commandOptions, openRedis } from '../../../shared/broker/redis.js'
import { FileLock } from '../../../shared/file-lock.js'
import { LongshoreError } from '../../../shared/errors.js'
import { createLog } from '../../../shared/log.js'
import { openReleaseStore } from '../../../shared/releases/release-store.js'
import { EXIT } from '../../exit.js'
import { Packages } from '../../node/packages.js'
import { SystemdHost } from '../../node/systemd-host.js'
import { Updater } from '../../node/updater.js'
import { Witness } from '../../node/witness.js'
import { print, printJson } from '../../output/print.js'
import { requireRedis } from '../../require-redis.js'
import { serviceSettings } from '../../settings.js'

/** The unit has half an hour; a turn that does not come by then is waited for by the next run. */
const TURN_MS = 20 * 60_000
const LOOK_MS = 1_000
/** A service that ends some seconds after it was ready is broken as well. */
const SETTLE_MS = 6_000

export function define(command: Command): void {
  command
    .option('--json', 'print {kind, version, …}')
    .addHelpText('after', `
longshore-update.timer runs it. It waits for the turn of this machine, fetches the package and checks it, tries it out, installs it, and
waits until every service that ran before is ready and has taken over what ran; else it installs the version before again. What was
interrupted goes on with the next run.`)
    .action(async ({ json }: { json?: boolean }) => {
      const { config } = serviceSettings(command)
      requireRedis('node', config)
      const log = createLog(config.logLevel, 'update')
      mkdirSync(config.stateDir, { recursive: true })
      // The timer's run may be at it.
      const lock = FileLock.acquire(join(config.stateDir, 'update.lock'))
      if (!(lock instanceof FileLock)) throw new LongshoreError('LS_NODE', `this machine is being updated already${lock.holder === null ? '' : ` by process ${lock.holder.pid}`}`)
      const redis = openRedis(commandOptions(config.redisUrl))
      try {
        const host = new SystemdHost({ stateDir: config.stateDir, config: process.env['LONGSHORE_CONFIG'], dockerHost: config.dockerHost, updateTimeout: config.updateTimeout })
        const outcome = await new Updater({
          host, post: new NodePost(redis, config.redisPrefix), packages: new Packages(config.stateDir, () => openReleaseStore(config.releaseStore)),
          witness: new Witness(host, redis, config.redisPrefix), stateDir: config.stateDir, name: hostname(), log,
          times: { update: config.updateTimeout, settle: SETTLE_MS, look: LOOK_MS, turn: TURN_MS },
        }).run()
        if (json === true) printJson(outcome)
        else if (outcome.kind === 'updated') print(`Updated from ${outcome.from} to ${outcome.version}.`)
        else print(`Version ${outcome.version} is installed${outcome.why === null ? '.' : `: ${outcome.why}`}`)
        process.exitCode = outcome.kind === 'failed' ? EXIT.failed : EXIT.ok
      } finally {
        redis.disconnect()
        lock.release()
      }
    })
}
