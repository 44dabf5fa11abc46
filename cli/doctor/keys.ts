import { loadPrivateKey, loadPublicKeys, type FoundKey } from '../../shared/signing/key-files.js'
import type { PrivateKey } from '../../shared/signing/key.js'
import { keyPlaces, type KeyPlaces } from '../../shared/signing/key-places.js'
import { fail, failed, ok, warn, type Check, type Finding, type Role } from './check.js'

/** Schedulers need a private key, workers the public ones, and nobody both but one machine that does everything. */
export const checkKeys: Check = async ({ config, role }) => {
  const places = keyPlaces(config)
  const findings: Finding[] = []
  let signing: PrivateKey | null
  try {
    signing = loadPrivateKey(places.signing)
  } catch (error) {
    return [failed('signing key', error)]
  }
  const problems: Error[] = []
  const trusted = role === 'scheduler' ? [] : places.trusted.flatMap(source => loadPublicKeys(source, error => { problems.push(error) }))
  if (!config.requireSignatures) findings.push(warn('signatures', 'not required: whoever can write to Redis can run commands on workers', 'Give schedulers a key and workers its public half, then set requireSignatures: true.'))
  if (role === 'worker') findings.push(...onWorker(signing, places))
  else findings.push(signingKey(signing, places, role, config.requireSignatures))
  if (role !== 'scheduler') findings.push(...problems.map(error => failed('trusted keys', error)), ...trust(trusted, signing, places, role, config.requireSignatures))
  return findings
}

function signingKey(signing: PrivateKey | null, { signing: where }: KeyPlaces, role: Role, isRequired: boolean): Finding {
  if (signing !== null) return ok('signing key', `${signing.id}, read by nobody but its owner and group`)
  if (role !== 'scheduler') return ok('signing key', 'none yet; standalone makes one')
  return (isRequired ? fail : warn)('signing key', `there is none in ${where}`, 'Make one with `longshore keys generate`: a scheduler does not start without it unless requireSignatures is false.')
}

/** Who takes a worker over must not be able to make jobs for others. */
const onWorker = (signing: PrivateKey | null, { signing: where }: KeyPlaces): Finding[] =>
  (signing === null ? [] : [warn('signing key', `the private key ${signing.id} lies on this worker, in ${where}`, 'Move it to the schedulers: a worker needs public keys only.')])

function trust(trusted: readonly FoundKey[], signing: PrivateKey | null, places: KeyPlaces, role: Role, isRequired: boolean): Finding[] {
  const where = places.trusted.map(source => (source.includes('-----') ? 'trustedKeys' : source)).join(', ')
  if (trusted.length === 0) {
    if (role !== 'worker' && signing === null) return []
    return [(isRequired ? fail : warn)('trusted keys', `there are none in ${where}`, 'Copy the public key of the schedulers there, or hand it to `longshore keys trust`: a worker runs only what a trusted key has signed.')]
  }
  const finding = ok('trusted keys', trusted.map(({ id }) => id).join(', '))
  if (role === 'worker' || signing === null || trusted.some(({ id }) => id === signing.id)) return [finding]
  return [finding, fail('trusted keys', `the key ${signing.id} signs here and is not trusted here`, 'Have it trusted with `longshore keys trust`: workers of this machine refuse its jobs.')]
}
