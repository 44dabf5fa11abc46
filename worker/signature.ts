import type { Config } from '../shared/config/schema.js'
import { LongshoreError } from '../shared/errors.js'
import type { Log } from '../shared/log.js'
import { signatureOf, type JobPlace } from '../shared/signing/job-signature.js'
import { keyPlaces } from '../shared/signing/key-places.js'
import { Trust } from '../shared/signing/trust.js'

/** Why a job may not run here as far as its origin goes, or null. */
export type SignatureCheck = (data: unknown, queue: string, job: string) => string | null

/** For tests of other things. */
export const anySignature: SignatureCheck = () => null

/**
 * Who may give this worker work. Where signatures are not required, because a fleet is only about to begin with them, a job
 * without one runs, and one of an unknown key counts as such; one that a trusted key made and that does not fit never runs.
 */
export function signatureCheck(config: Config, log: Log): SignatureCheck {
  const { trusted } = keyPlaces(config)
  const trust = new Trust(trusted, error => log.error({ err: error }, 'a trusted key cannot be read'))
  const { redisPrefix: prefix, requireSignatures } = config
  const keys = trust.keys.map(({ id }) => id)
  if (requireSignatures && keys.length === 0) {
    throw new LongshoreError('LS_KEY_MISSING', `a worker runs only what a trusted key has signed, and there is none in ${trusted.join(', ')}`)
  }
  if (requireSignatures) log.info({ keys }, 'jobs signed with these keys run here')
  else log.warn('signatures are not required: whoever can write to Redis can run commands here')
  return (data, queue, job) => {
    const place: JobPlace = { prefix, queue, job }
    if (requireSignatures) return trust.problemWith(data, place)
    const signature = signatureOf(data)
    return signature === null || trust.find(signature.key) === null ? null : trust.problemWith(data, place)
  }
}
