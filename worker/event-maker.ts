import { EVENT_SEQ, type ClaimedEvent, type FinishedEvent, type LogSummary, type Pull, type ReleasedEvent, type StartedEvent } from '../shared/protocol/events.js'
import type { AttemptId } from '../shared/protocol/attempt-id.js'
import { wallClock } from './clock.js'
import type { Ending } from './ending.js'
import type { Run } from './executors/executor.js'

const MAX_DETAIL = 2_000

export interface WorkerIdentity {
  /** UUID of the state directory. */
  readonly worker: string
  /** For display. */
  readonly workerName: string
  /** UUID of this process. */
  readonly boot: string
}

/** Builds the events of one worker process. An event is built once and kept: a repeat is byte-identical. */
export class EventMaker {
  constructor(readonly identity: WorkerIdentity) {}

  claimed(attempt: AttemptId): ClaimedEvent {
    return { ...this.#base(attempt), type: 'claimed', seq: EVENT_SEQ.claimed }
  }

  started(attempt: AttemptId, { handle, imageDigest, startedAt }: Run, pull: Pull | null = null): StartedEvent {
    return { ...this.#base(attempt), type: 'started', seq: EVENT_SEQ.started, container: handle, imageDigest, startedAt, ...(pull !== null && { pull }) }
  }

  finished(attempt: AttemptId, ending: Ending, log: LogSummary, result: string | null): FinishedEvent {
    const { run, finishedAt, exitCode, reason, detail, resources } = ending
    return {
      ...this.#base(attempt), type: 'finished', seq: EVENT_SEQ.finished,
      container: run?.handle ?? null, imageDigest: run?.imageDigest ?? null, startedAt: run?.startedAt ?? null,
      finishedAt, exitCode, reason, detail: detail?.slice(0, MAX_DETAIL) ?? null, log, resources, result,
    }
  }

  released(attempt: AttemptId, detail: string): ReleasedEvent {
    return { ...this.#base(attempt), type: 'released', seq: EVENT_SEQ.released, detail: detail.slice(0, MAX_DETAIL) }
  }

  #base(attempt: AttemptId): { v: 1; attempt: AttemptId; worker: string; workerName: string; boot: string; ts: number } {
    return { v: 1, attempt, ...this.identity, ts: wallClock() }
  }
}
