import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TaskSpec } from '../../shared/dag/model.js'
import type { AttemptRow } from '../../shared/database/tables/attempts.js'
import type { TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import type { WorkerEvent } from '../../shared/protocol/events.js'
import { fold, type Folded } from './fold.js'

const attempt: AttemptRow = {
  ti_id: 1, fence: 3, state: 'queued', try_number: 1, queue: 'default', last_seq: 0, worker_id: null, worker_name: null, container: null, image: null, image_digest: null, queued_at: 0,
  claimed_at: null, started_at: null, finished_at: null, ended_at: null, deadline_at: null, exit_code: null, reason: null, detail: null, log_path: 'x', log_bytes: null, log_lines: null, log_truncated: null,
  cpu_seconds: null, peak_memory: null, io_read: null, io_write: null, pull_ms: null, pull_bytes: null,
}
const instance = {
  ti_id: 1, run_key: 1, dag_key: 1, task_id: 'a', map_index: -1, state: 'queued', reason: null, fence: 3, try_number: 1, infra_losses: 0, queue: 'default', broker_priority: 1, due_at: null, lane_key: 1, wanted: null, wait_key: null,
  up_total: 0, up_success: 0, up_failed: 0, up_upstream_failed: 0, up_skipped: 0, scheduled_at: 0, started_at: null, ended_at: null,
} satisfies TaskInstanceRow
const task = { task: { retries: 0, skipExitCodes: [99], failExitCodes: [65], notYetExitCode: 75, retryDelay: 1, backoff: 'constant', maxRetryDelay: 1, pokeInterval: 1 } as unknown as TaskSpec, downstream: [] }

const base = { v: 1, attempt: '1.3', worker: 'w', workerName: 'w', boot: 'b', ts: 0 } as const
const claimed: WorkerEvent = { ...base, type: 'claimed', seq: 1 }
const started: WorkerEvent = { ...base, type: 'started', seq: 2, container: 'c', imageDigest: 'd', startedAt: 100 }
const finished: WorkerEvent = { ...base, type: 'finished', seq: 3, container: 'c', imageDigest: 'd', startedAt: 100, finishedAt: 400, exitCode: 0, reason: 'exited', detail: null, log: { bytes: 1, lines: 1, truncated: false }, result: '1' }
const released: WorkerEvent = { ...base, type: 'released', seq: 4, detail: 'stopping' }

/** The rows after what `fold` asked for has been written. */
function written(folded: Folded, rows: { attempt: AttemptRow; instance: TaskInstanceRow }): { attempt: AttemptRow; instance: TaskInstanceRow } {
  return {
    attempt: folded.update === null ? rows.attempt : { ...rows.attempt, state: folded.update.state, last_seq: folded.update.lastSeq },
    instance: folded.transition === null ? rows.instance : { ...rows.instance, state: folded.transition.state, started_at: folded.transition.started_at ?? rows.instance.started_at },
  }
}

describe('events of an attempt', () => {
  it('lead through starting and running to success', () => {
    let rows = { attempt, instance: instance as TaskInstanceRow }
    const states: string[] = []
    for (const event of [claimed, started, finished]) {
      rows = written(fold(rows.attempt, rows.instance, task, [event], 1_000), rows)
      states.push(rows.instance.state)
    }
    expect(states).toEqual(['starting', 'running', 'success'])
  })

  it('keep what the pull of the image took, which only the start tells', () => {
    const pull = { ms: 41_200, bytes: 327_155_712 }
    expect(fold(attempt, instance, task, [{ ...started, pull }], 1_000).update).toMatchObject({ pull })
    expect(fold(attempt, instance, task, [{ ...started, pull }, finished], 1_000).update).toMatchObject({ state: 'finished', pull })
    expect(fold(attempt, instance, task, [claimed, finished], 1_000).update).toMatchObject({ pull: null })
  })

  it('tell a start that was some time ago when they were made', () => {
    expect(fold(attempt, instance, task, [{ ...started, ts: 350 }], 1_000).transition).toMatchObject({ state: 'running', started_at: 750 })
    expect(fold(attempt, instance, task, [started], 1_000).transition, 'by a clock that was set back').toMatchObject({ started_at: 1_000 })
  })

  it('may be only the last one', () => {
    const folded = fold(attempt, instance, task, [finished], 1_000)
    expect(folded).toMatchObject({ result: '1', mark: 'durable', transition: { state: 'success', started_at: 700 } })
  })

  it('come to the same end however they are repeated, shuffled and cut into batches', () => {
    const events = fc.shuffledSubarray([claimed, started, finished, claimed, started, finished], { minLength: 3 }).filter(list => list.includes(finished))
    fc.assert(fc.property(events, fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 6, maxLength: 6 }), (list, cuts) => {
      let rows = { attempt, instance: instance as TaskInstanceRow }
      let results = 0
      const rest = [...list]
      for (const cut of cuts) {
        const folded = fold(rows.attempt, rows.instance, task, rest.splice(0, cut), 1_000)
        if (folded.transition?.state === 'success') results += 1
        rows = written(folded, rows)
      }
      expect(rows.instance.state).toBe('success')
      expect(rows.attempt).toMatchObject({ state: 'finished', last_seq: 3 })
      expect(results).toBe(1)
    }))
  })

  it('given back schedule the task again and use no try', () => {
    expect(fold(attempt, instance, task, [claimed, released], 1_000)).toMatchObject({ transition: { state: 'scheduled', try_number: 1, infra_losses: 0 }, update: { state: 'released' }, mark: 'fenced' })
  })

  it('from a lost attempt change nothing, and its worker is told', () => {
    expect(fold({ ...attempt, state: 'lost' }, { ...instance, fence: 4 }, task, [finished], 1_000)).toMatchObject({ update: null, transition: null, mark: 'fenced', stale: 1 })
  })

  it('from a fence that is not the newest never move the task', () => {
    expect(fold(attempt, { ...instance, fence: 4 }, task, [finished], 1_000)).toMatchObject({ transition: null, update: { state: 'finished' } })
  })
})
