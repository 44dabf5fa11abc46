import { join, resolve } from 'node:path'
import type { Config } from '../config/schema.js'

/**
 * Where keys are. Everything below `keysDir` is made by `longshore keys`:
 *
 *   signing.key          the private key that schedulers sign with
 *   next.key             the one that `longshore keys rotate` will make it
 *   trusted/<id>.pub     public keys whose jobs workers run
 *   revoked/<id>.pub     those that are trusted no more, so that nobody trusts them again by mistake
 */
export interface KeyPlaces {
  readonly directory: string
  /** PEM text or a path. */
  readonly signing: string
  readonly next: string
  /** PEM texts, files, directories. */
  readonly trusted: readonly string[]
  /** The directory of {@link trusted} that the command writes to. */
  readonly ownTrusted: string
  readonly revoked: string
}

export function keyPlaces({ keysDir, signingKey, trustedKeys, stateDir }: Pick<Config, 'keysDir' | 'signingKey' | 'trustedKeys' | 'stateDir'>): KeyPlaces {
  const directory = resolve(keysDir === '' ? join(stateDir, 'keys') : keysDir)
  const ownTrusted = join(directory, 'trusted')
  return {
    directory, ownTrusted,
    signing: signingKey === '' ? join(directory, 'signing.key') : signingKey,
    next: join(directory, 'next.key'),
    trusted: trustedKeys.length === 0 ? [ownTrusted] : trustedKeys,
    revoked: join(directory, 'revoked'),
  }
}
