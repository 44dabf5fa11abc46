import type { Config, ConfigKey } from '../shared/config/schema.js'

/** What a worker may run, looked up at every job: it can change under a worker without anything being built anew. */
export const LIVE_SETTINGS = [
  'allowProcess', 'allowImage', 'allowMount', 'allowNetwork', 'allowUser', 'allowCapability', 'allowGpus', 'allowPull', 'allowSecrets',
] as const satisfies readonly ConfigKey[]

/** The settings of a worker as all of its parts hold them, of which {@link LIVE_SETTINGS} can be exchanged. */
export class LiveConfig {
  readonly #current: { -readonly [Key in ConfigKey]: Config[Key] }

  constructor(config: Config) {
    this.#current = { ...config }
  }

  get current(): Config {
    return this.#current
  }

  /** Jobs that are judged from now on are judged by these; what runs already goes on. */
  exchange(next: Config): readonly ConfigKey[] {
    Object.assign(this.#current, Object.fromEntries(LIVE_SETTINGS.map(key => [key, next[key]])))
    return LIVE_SETTINGS
  }
}
