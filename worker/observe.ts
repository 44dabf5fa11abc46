import type { Log } from '../shared/log.js'
import { sleep } from './clock.js'
import type { Executor, Observation, TaskRef } from './executors/executor.js'

const RETRY_MS = 2_000

/** What there is of an attempt. Waits for an executor whose server is away; null when `detach` is aborted before it answers. */
export async function observe(executor: Executor, task: TaskRef, detach: AbortSignal, log: Log): Promise<Observation | null> {
  for (let failures = 0; !detach.aborted; failures += 1) {
    try {
      return await executor.inspect(task)
    } catch (error) {
      if (failures === 0) log.warn({ attempt: task.attempt, err: error }, 'an attempt cannot be looked at yet; it will be tried again')
      await sleep(RETRY_MS, detach)
    }
  }
  return null
}
