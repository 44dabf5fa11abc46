import { z } from 'zod'

/** What a worker says on the event stream about a job that no scheduler made: no event of an attempt, so it becomes a dead letter. */
export const RefusalNotice = z.object({
  v: z.literal(1),
  type: z.literal('refused'),
  worker: z.string().max(64),
  workerName: z.string().max(200),
  /** The id of the job, which may be that of a real attempt. */
  job: z.string().max(200),
  detail: z.string().max(2_000),
  /** The beginning of what stood in the job, for whoever looks for its author. */
  data: z.string(),
})
export type RefusalNotice = z.infer<typeof RefusalNotice>

export const MAX_NOTICE_DATA = 4_000

export const refusalReason = ({ workerName, job, detail }: RefusalNotice): string => `worker ${workerName} refused the job '${job}', which no scheduler made: ${detail}`
