import { z } from 'zod'
import { parseAttemptId, type AttemptId } from './attempt-id.js'
import { QUEUE_NAME } from './keys.js'
import { SECRET_NAME, VARIABLE_NAME } from './secret-name.js'

/** A scheduler's word that it made the job. What exactly it covers: shared/signing/job-signature.ts. */
export const JobSignature = z.strictObject({ key: z.string().max(64), value: z.string().max(128) })
export type JobSignature = z.infer<typeof JobSignature>

/**
 * Everything a worker needs to run one attempt. It travels in the BullMQ job, rendered: a worker has no database, no DAG
 * files and no templates. Durations are milliseconds, sizes are bytes.
 */
export const JobPayload = z.strictObject({
  v: z.literal(1),
  attempt: z.string().refine((text): text is AttemptId => parseAttemptId(text) !== null, 'is not an attempt id'),
  queue: z.string().regex(QUEUE_NAME),
  dag: z.string(),
  task: z.string(),
  run: z.string(),
  mapIndex: z.number().int(),
  tryNumber: z.number().int().min(1),
  kind: z.enum(['container', 'process']),
  image: z.string().nullable(),
  entrypoint: z.array(z.string()).nullable(),
  command: z.array(z.string()).nullable(),
  /** The user's variables and the LONGSHORE_* context, except those that only the worker knows (LONGSHORE_RESULT). */
  env: z.record(z.string(), z.string()),
  /** Secrets that the worker is to put into variables: names, never values. Missing means none. */
  secrets: z.record(z.string().regex(VARIABLE_NAME), z.string().regex(SECRET_NAME)).optional(),
  mounts: z.array(z.strictObject({ source: z.string(), target: z.string(), readOnly: z.boolean() })),
  network: z.string().nullable(),
  user: z.string().nullable(),
  workdir: z.string().nullable(),
  cpus: z.number().positive().nullable(),
  memory: z.number().int().positive().nullable(),
  shm: z.number().int().positive().nullable(),
  gpus: z.union([z.number().int().positive(), z.literal('all')]).nullable(),
  /** Missing means false. */
  readOnly: z.boolean().optional(),
  /** Linux capabilities beyond the worker's default set; missing means none. */
  capAdd: z.array(z.string().max(64)).max(64).optional(),
  pull: z.enum(['missing', 'always', 'never']),
  labels: z.record(z.string(), z.string()),
  stopGrace: z.number().int().nonnegative(),
  /** Longest run time; null means none. */
  timeout: z.number().int().positive().nullable(),
  /** Whether the file named by LONGSHORE_RESULT is read back. */
  result: z.boolean(),
  /** Path of the log within the log store, without an extension. */
  log: z.string(),
  /** Missing where schedulers have no key. */
  signature: JobSignature.optional(),
})
export type JobPayload = z.infer<typeof JobPayload>
