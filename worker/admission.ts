import { z } from 'zod'
import type { Config } from '../shared/config/schema.js'
import { parseAttemptId, type AttemptId } from '../shared/protocol/attempt-id.js'
import { JobPayload } from '../shared/protocol/job.js'
import { refusal } from './policy/refusal.js'
import { matchesAny } from './policy/wildcard.js'
import { anySignature, type SignatureCheck } from './signature.js'

/** Whether a job may run here. */
export type Admission =
  | { readonly kind: 'admitted'; readonly payload: JobPayload }
  /** The attempt is known, so the scheduler can be told. */
  | { readonly kind: 'rejected'; readonly attempt: AttemptId; readonly detail: string }
  /** No scheduler made this job, or not this way. Nothing is reported about the attempt that it names, which may be somebody's. */
  | { readonly kind: 'alien'; readonly detail: string }

/**
 * Judges what came out of Redis, which anybody with access to it can have written. Only the job's id says which attempt it
 * is: a payload that names another one must not end that one.
 */
export function admit(job: { readonly id?: string | undefined; readonly data: unknown }, queue: string, config: Config, checkSignature: SignatureCheck = anySignature): Admission {
  const id = job.id ?? ''
  if (parseAttemptId(id) === null) return { kind: 'alien', detail: `its id '${id.slice(0, 100)}' is not that of an attempt` }
  const forgery = checkSignature(job.data, queue, id)
  if (forgery !== null) return { kind: 'alien', detail: forgery }
  const detail = problemOf(id, job.data, queue, config)
  if (detail !== null) return { kind: 'rejected', attempt: id as AttemptId, detail }
  return { kind: 'admitted', payload: job.data as JobPayload }
}

function problemOf(id: string, data: unknown, queue: string, config: Config): string | null {
  const parsed = JobPayload.safeParse(data)
  if (!parsed.success) return `the job is malformed: ${z.prettifyError(parsed.error)}`
  const payload = parsed.data
  if (payload.attempt !== id) return `the job ${id} holds attempt ${payload.attempt}`
  if (payload.queue !== queue) return `the job was made for queue ${payload.queue}, not for ${queue}`
  return refusal(payload, config)
}

/** Whether an image matches one of the patterns, in which `*` stands for any text. */
export const isAllowed = matchesAny
