import { z } from 'zod'
import { FinishReason } from '../states/attempt.js'
import { parseAttemptId, type AttemptId } from './attempt-id.js'

/** Fixed per type, so that a replay is byte-identical and UNIQUE (attempt, seq) makes it a no-op. */
export const EVENT_SEQ = { claimed: 1, started: 2, finished: 3, released: 4 } as const
export type WorkerEventType = keyof typeof EVENT_SEQ

/** Largest result a task may hand on, in bytes of JSON. */
export const MAX_RESULT_BYTES = 64 * 1024

function isResult(text: string): boolean {
  if (Buffer.byteLength(text) > MAX_RESULT_BYTES) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const attempt = z.string().refine((text): text is AttemptId => parseAttemptId(text) !== null, 'is not an attempt id')

const base = {
  v: z.literal(1),
  attempt,
  /** UUID of the worker's state directory. */
  worker: z.string().min(1).max(64),
  /** Display name of the worker. */
  workerName: z.string().max(200),
  /** UUID of the worker's process. */
  boot: z.string().min(1).max(64),
  /** Milliseconds since the epoch by the worker's clock, with fractions. Information only. */
  ts: z.number(),
}

/** Container id, or `process:<pid>`. */
const handle = z.string().max(128).nullable()

export const LogSummary = z.object({ bytes: z.number().int(), lines: z.number().int(), truncated: z.boolean() })
export type LogSummary = z.infer<typeof LogSummary>

const amount = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).nullable()

/** What an attempt used, as far as its worker could see; null where it could not. Sizes are bytes. */
export const Resources = z.object({
  cpuSeconds: z.number().nonnegative().nullable(),
  peakMemory: amount,
  /** Block devices only: what came from or stayed in the page cache does not count. */
  ioRead: amount,
  ioWrite: amount,
})
export type Resources = z.infer<typeof Resources>

/** What it took to get the image. An attempt that joined the pull of another waited less than that one. */
export const Pull = z.object({ ms: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER), bytes: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER) })
export type Pull = z.infer<typeof Pull>

export const ClaimedEvent = z.object({ ...base, type: z.literal('claimed'), seq: z.literal(EVENT_SEQ.claimed) })
export const StartedEvent = z.object({
  ...base, type: z.literal('started'), seq: z.literal(EVENT_SEQ.started),
  container: handle, imageDigest: z.string().max(200).nullable(), startedAt: z.number(),
  /** Null or missing: its image was there, or it has none, or its worker is of the version before, or took it over. */
  pull: Pull.nullish().catch(null),
})
export const FinishedEvent = z.object({
  ...base, type: z.literal('finished'), seq: z.literal(EVENT_SEQ.finished),
  container: handle,
  imageDigest: z.string().max(200).nullable(),
  /** Null when it never started. */
  startedAt: z.number().nullable(),
  finishedAt: z.number(),
  exitCode: z.int32().nullable(),
  reason: z.enum(FinishReason),
  /** One sentence for people, for instance the registry's answer. */
  detail: z.string().max(2000).nullable(),
  log: LogSummary,
  /** Missing from workers of the version before. Nonsense counts as none: it is no reason to lose a result. */
  resources: Resources.nullish().catch(null),
  /** JSON text of at most {@link MAX_RESULT_BYTES}, or null. Anything else counts as none: it would only fail later, in somebody else's template. */
  result: z.string().nullable().transform(text => (text !== null && isResult(text) ? text : null)),
})
export const ReleasedEvent = z.object({
  ...base, type: z.literal('released'), seq: z.literal(EVENT_SEQ.released),
  detail: z.string().max(2000),
})

export const WorkerEvent = z.discriminatedUnion('type', [ClaimedEvent, StartedEvent, FinishedEvent, ReleasedEvent])
export type WorkerEvent = z.infer<typeof WorkerEvent>
export type ClaimedEvent = z.infer<typeof ClaimedEvent>
export type StartedEvent = z.infer<typeof StartedEvent>
export type FinishedEvent = z.infer<typeof FinishedEvent>
export type ReleasedEvent = z.infer<typeof ReleasedEvent>
