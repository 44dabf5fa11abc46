import { wallClock } from '../clock.js'
import type { Ended, Executor, LogBatch, Observation, Run } from './executor.js'

/** Succeeds at once. With it a benchmark measures Longshore itself. */
export class NoopExecutor implements Executor {
  readonly kind = 'noop'
  readonly durable = false
  readonly keepsLog = false

  async prepare(): Promise<null> { return null }
  async create(): Promise<void> {}
  async stop(): Promise<void> {}
  async remove(): Promise<void> {}

  async start(): Promise<Run> {
    return { handle: 'noop', imageDigest: null, startedAt: wallClock() }
  }

  async inspect(): Promise<Observation> {
    return { state: 'absent' }
  }

  async ended(): Promise<Ended> {
    const now = wallClock()
    return { state: 'exited', run: { handle: 'noop', imageDigest: null, startedAt: now }, exit: { finishedAt: now, exitCode: 0, oom: false, lost: null } }
  }

  async environment(): Promise<Record<string, string>> {
    return {}
  }

  async keep(): Promise<boolean> {
    return false
  }

  usage(): null {
    return null
  }

  async *readLog(): AsyncGenerator<LogBatch> {}
}
