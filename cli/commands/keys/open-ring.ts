import type { Command } from 'commander'
import type { Config } from '../../../shared/config/schema.js'
import { keyPlaces } from '../../../shared/signing/key-places.js'
import { KeyRing } from '../../../shared/signing/key-ring.js'
import { clientSettings } from '../../settings.js'

/** The keys that the settings of a command lead to. */
export function openRing(command: Command): { readonly ring: KeyRing; readonly config: Config } {
  const { config } = clientSettings(command)
  const { keysDir } = command.opts<{ keysDir?: string }>()
  return { ring: new KeyRing(keyPlaces(keysDir === undefined ? config : { ...config, keysDir, signingKey: '', trustedKeys: [] })), config }
}

export const withKeysDir = (command: Command): Command => command.option('--keys-dir <directory>', 'where the keys are; default: the setting keysDir, else `keys` in the state directory')
