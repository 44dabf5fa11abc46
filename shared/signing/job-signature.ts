import { sign, verify } from 'node:crypto'
import { canonicalJson } from '../dag/canonical.js'
import type { JobPayload, JobSignature } from '../protocol/job.js'
import type { KeyId, PrivateKey, PublicKey } from './key.js'

/** Where a job was found. The signature covers it, so that a job that is copied elsewhere does not fit there. */
export interface JobPlace {
  readonly prefix: string
  readonly queue: string
  /** BullMQ's id of the job, which is the id of its attempt. */
  readonly job: string
}

/** Ed25519 (RFC 8032) is deterministic: a job that is built again byte for byte is signed byte for byte. */
export function signJob(payload: JobPayload, prefix: string, key: PrivateKey): JobPayload {
  const { signature: _, ...unsigned } = payload
  const message = messageOf({ prefix, queue: payload.queue, job: payload.attempt }, unsigned)
  return { ...unsigned, signature: { key: key.id, value: sign(null, message, key.key).toString('base64') } }
}

/**
 * Why a job is not what a trusted scheduler has signed for this place, or null when it is. It is judged as it was found,
 * unknown fields included: what is verified is what runs.
 */
export function signatureProblem(data: unknown, place: JobPlace, find: (id: KeyId) => PublicKey | null): string | null {
  const signature = signatureOf(data)
  if (signature === null) return 'it is not signed'
  const key = find(signature.key)
  if (key === null) return `it is signed with the key ${signature.key}, which is not trusted here`
  const { signature: _, ...unsigned } = data as Record<string, unknown>
  if (verify(null, messageOf(place, unsigned), key.key, Buffer.from(signature.value, 'base64'))) return null
  return `the signature of key ${signature.key} does not fit: the job was altered, or was made for another attempt, queue or installation`
}

/** The signature that a job claims to have. */
export function signatureOf(data: unknown): JobSignature | null {
  const signature: unknown = typeof data === 'object' && data !== null ? (data as Record<string, unknown>)['signature'] : undefined
  if (typeof signature !== 'object' || signature === null) return null
  const { key, value } = signature as Record<string, unknown>
  return typeof key === 'string' && typeof value === 'string' ? { key: key.slice(0, 64), value } : null
}

/** Prefix, queue and id are free of line feeds, so no two places and payloads give the same message. */
const messageOf = ({ prefix, queue, job }: JobPlace, payload: unknown): Buffer =>
  Buffer.from(`longshore job 1\n${prefix}\n${queue}\n${job}\n${canonicalJson(payload)}`)
