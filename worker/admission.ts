import { z } from 'zod'
import type { Config } from '../shared/config/schema.js'
import { parseAttemptId, type AttemptId } from '../shared/protocol/attempt-id.js'
import { JobPayload } from '../shared/protocol/job.js'

/** Whether a job may run here. */
export type Admission =
  | { readonly kind: 'admitted'; readonly payload: JobPayload }
  /** The attempt is known, so the scheduler can be told. */
  | { readonly kind: 'rejected'; readonly attempt: AttemptId; readonly detail: string }
  /** Not even that: no scheduler made this job. */
  | { readonly kind: 'alien'; readonly detail: string }

/**
 * Judges what came out of Redis, which anybody with access to it can have written. Only the job's id says which attempt it
 * is: a payload that names another one must not end that one.
 */
export function admit(job: { readonly id?: string | undefined; readonly data: unknown }, queue: string, config: Config): Admission {
  const id = job.id ?? ''
  if (parseAttemptId(id) === null) return { kind: 'alien', detail: `its id '${id.slice(0, 100)}' is not that of an attempt` }
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
  if (payload.kind === 'process') return config.allowProcess || config.noop ? null : 'this worker runs no processes; start it with --allow-process, or make the task a container'
  if (payload.image === null) return 'the task is a container and names no image'
  if (!isAllowed(payload.image, config.allowImage)) return `image ${payload.image} is not allowed on this worker (allowImage: ${config.allowImage.join(', ')})`
  return null
}

/** Whether a name matches one of the patterns, in which `*` stands for any text. */
export function isAllowed(image: string, patterns: readonly string[]): boolean {
  return patterns.some(pattern => {
    const expression = pattern.split('*').map(part => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&')).join('.*')
    return new RegExp(`^${expression}$`, 's').test(image)
  })
}
