import type { Config } from '../../shared/config/schema.js'
import { LongshoreError } from '../../shared/errors.js'
import type { Log } from '../../shared/log.js'
import type { JobPayload } from '../../shared/protocol/job.js'
import { keyPlaces } from '../../shared/signing/key-places.js'
import { Signer } from '../../shared/signing/signer.js'

/**
 * What signs the jobs of a scheduler; refuses a scheduler that should sign and cannot. Jobs are signed when they are enqueued,
 * outside of transactions and again when Redis has lost them: the database holds no signature.
 */
export function jobSigner(config: Config, log: Log): (payload: JobPayload) => JobPayload {
  const { signing } = keyPlaces(config)
  const signer = new Signer(signing, config.redisPrefix, error => log.error({ err: error }, 'the signing key cannot be read again; jobs are signed with the one before'))
  if (signer.keyId !== null) {
    log.info({ key: signer.keyId }, 'jobs are signed')
    return payload => signer.sign(payload)
  }
  if (config.requireSignatures) throw new LongshoreError('LS_KEY_MISSING', `a scheduler signs its jobs, and there is no key in ${signing}`)
  log.warn({ keyFile: signing }, 'jobs are not signed: whoever can write to Redis can run commands on the workers')
  return payload => signer.sign(payload)
}
