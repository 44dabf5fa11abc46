import { isDeepStrictEqual } from 'node:util'
import { CONFIG_KEYS, type Config, type ConfigKey } from '../shared/config/schema.js'
import type { Log } from '../shared/log.js'

export interface ReloadOptions {
  readonly log: Log
  /** As it was started. */
  readonly config: Config
  /** Reads files and credentials again; the environment is what it was at the start. */
  readonly read: () => Config
  /** Takes over what can change while it runs; returns the names of these settings. */
  readonly apply?: (config: Config) => readonly ConfigKey[]
}

/**
 * What SIGHUP does: the level of logs, and what `apply` takes over, change at once. Other settings that differ are named, since they
 * wait for a restart, which interrupts no task. Settings that cannot be read change nothing.
 */
export function reloader({ log, config, read, apply = () => [] }: ReloadOptions): () => void {
  let before = config
  return () => {
    try {
      const now = read()
      const changed = CONFIG_KEYS.filter(key => !isDeepStrictEqual(before[key], now[key]))
      log.level = now.logLevel
      const able = new Set<ConfigKey>(['logLevel', ...apply(now)])
      const waiting = CONFIG_KEYS.filter(key => !able.has(key) && !isDeepStrictEqual(config[key], now[key]))
      before = now
      log.info({ changed: changed.filter(key => able.has(key)) }, 'settings read again')
      if (waiting.length > 0) log.warn({ settings: waiting }, 'these settings have changed and take effect with the next start')
    } catch (error) {
      log.error({ err: error }, 'the settings cannot be read; nothing has changed')
    }
  }
}
