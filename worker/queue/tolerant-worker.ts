import { type Job, Worker, type JobJson, type RedisQueueBackend } from 'bullmq'

/**
 * A BullMQ worker that hands out a job also when its data is not JSON: with empty data, which admission then rejects in the
 * name of the job's id. BullMQ's own throws after it has moved the job to active, and nobody learns which job it was.
 */
export class TolerantWorker extends Worker<unknown, unknown, string, RedisQueueBackend> {
  protected override createJob(data: JobJson, jobId: string): Job<unknown, unknown, string> {
    try {
      return super.createJob(data, jobId)
    } catch {
      return super.createJob({ ...data, data: 'null' }, jobId)
    }
  }
}
