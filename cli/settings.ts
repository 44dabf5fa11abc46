import type { Command } from 'commander'
import { loadConfig, type LoadedConfig } from '../shared/config/load.js'
import type { Config, ConfigKey } from '../shared/config/schema.js'
import { readStandaloneFile, standaloneFile } from './standalone/standalone-file.js'

/** Which setting a flag of every command sets; `--dags` and `--port` are shorter than what they set. */
const COMMON_FLAGS: Readonly<Record<string, ConfigKey>> = {
  databaseUrl: 'databaseUrl', redisUrl: 'redisUrl', redisPrefix: 'redisPrefix', dags: 'dagsDir', stateDir: 'stateDir', logStore: 'logStore', logLevel: 'logLevel', server: 'server', token: 'token',
}

/** `--queues` of `workers set` is no setting of the process that sends it. */
const SERVICE_FLAGS: Readonly<Record<string, ConfigKey>> = {
  ...COMMON_FLAGS,
  port: 'httpPort', httpPort: 'httpPort', httpHost: 'httpHost', publicUrl: 'publicUrl', queues: 'queues', concurrency: 'concurrency', name: 'workerName',
  allowImage: 'allowImage', allowProcess: 'allowProcess', dockerHost: 'dockerHost', noop: 'noop',
}

const DEFAULT_FILE = 'longshore.yaml'

/** The settings as a service sees them. */
export const serviceSettings = (command: Command): LoadedConfig => settings(command, SERVICE_FLAGS)

function settings(command: Command, names: Readonly<Record<string, ConfigKey>>): LoadedConfig {
  const options = command.optsWithGlobals<Record<string, unknown>>()
  const named = typeof options['config'] === 'string' ? options['config'] : process.env['LONGSHORE_CONFIG']
  const flags: Partial<Record<ConfigKey, unknown>> = {}
  for (const [flag, key] of Object.entries(names)) if (options[flag] !== undefined) flags[key] = options[flag]
  return loadConfig({ file: named ?? DEFAULT_FILE, fileRequired: named !== undefined, environment: process.env, flags })
}

/**
 * The settings as a command sees them that speaks to what runs already: what nobody has set is that of the standalone which
 * has this state directory, so that `longshore standalone` and `longshore dags list` in one directory just work.
 */
export function clientSettings(command: Command): LoadedConfig {
  const { config, origin } = settings(command, COMMON_FLAGS)
  const found = readStandaloneFile(config.stateDir)
  if (found === null) return { config, origin }
  const adopted = Object.entries({ databaseUrl: found.databaseUrl, redisUrl: found.redisUrl, redisPrefix: found.redisPrefix, logStore: found.logStore })
    .filter(([key, value]) => value !== null && origin[key as ConfigKey] === 'default')
  const from = standaloneFile(config.stateDir)
  return {
    config: Object.freeze({ ...config, ...Object.fromEntries(adopted) } as Config),
    origin: { ...origin, ...Object.fromEntries(adopted.map(([key]) => [key, from])) },
  }
}
