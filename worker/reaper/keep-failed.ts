import type { FinishedEvent } from '../../shared/protocol/events.js'
import type { AttemptId } from '../../shared/protocol/attempt-id.js'
import { FinishReason } from '../../shared/states/attempt.js'
import { wallClock } from '../clock.js'
import { containerName } from '../executors/docker/container-spec.js'
import { statusOf, type DockerApi } from '../executors/docker/docker-api.js'
import { keptName } from '../executors/docker/kept-name.js'

/** Ends that say nothing about what went on in the container, or that somebody wanted. */
const UNINTERESTING: ReadonlySet<FinishReason> = new Set([FinishReason.cancelled, FinishReason.rejected])

export const hasFailed = ({ reason, exitCode }: Pick<FinishedEvent, 'reason' | 'exitCode'>): boolean =>
  !UNINTERESTING.has(reason) && !(reason === FinishReason.exited && exitCode === 0)

export interface KeepFailedOptions {
  /** Null for a worker without. */
  readonly docker: DockerApi | null
  readonly worker: string
  /** How long, in milliseconds; 0 keeps none. */
  readonly keepFor: number
}

/** Leaves the containers of failed attempts to people, for a while. */
export class KeepFailed {
  constructor(private readonly options: KeepFailedOptions) {}

  /** Takes the container out of its attempt's hands; false when it is not to be kept, or there is none. */
  async keep(attempt: AttemptId, event: FinishedEvent | null): Promise<boolean> {
    const { docker, worker, keepFor } = this.options
    if (docker === null || keepFor === 0 || event === null || !hasFailed(event)) return false
    const name = containerName(worker, attempt)
    try {
      await docker.calls.getContainer(name).rename({ name: keptName(name, wallClock() + keepFor) })
      return true
    } catch (error) {
      // 404: it was never made, somebody removed it, or a process that died had renamed it already.
      if (statusOf(error) === 404) return false
      throw error
    }
  }
}
