import { describe, expect, it } from 'vitest'
import { FinishedEvent, MAX_RESULT_BYTES, StartedEvent, WorkerEvent } from './events.js'

const finished = {
  v: 1, type: 'finished', seq: 3, attempt: '1.1', worker: 'w', workerName: 'w', boot: 'b', ts: 0, container: null, imageDigest: null, startedAt: null, finishedAt: 1,
  exitCode: 0, reason: 'exited', detail: null, log: { bytes: 0, lines: 0, truncated: false }, result: null,
}

describe('a finished event', () => {
  it.each(['{', 'undefined', `"${'x'.repeat(MAX_RESULT_BYTES)}"`])('with a result that is none is taken without it, not refused: %.12s', result => {
    expect(FinishedEvent.parse({ ...finished, result }).result).toBeNull()
  })

  it('keeps a result that is one', () => {
    expect(FinishedEvent.parse({ ...finished, result: '[1, 2]' }).result).toBe('[1, 2]')
  })

  it('of a version without resources is taken, and so is one with nonsense in them', () => {
    expect(FinishedEvent.parse(finished).resources).toBeUndefined()
    expect(FinishedEvent.parse({ ...finished, resources: { cpuSeconds: -1, peakMemory: 'much', ioRead: 1e300, ioWrite: null } }).resources).toBeNull()
    const resources = { cpuSeconds: 0.25, peakMemory: 1_000_000, ioRead: null, ioWrite: 0 }
    expect(FinishedEvent.parse({ ...finished, resources: { ...resources, later: 1 } }).resources).toEqual(resources)
  })

  it('is refused with an attempt that is none, an exit code that no process has, or another seq', () => {
    for (const wrong of [{ attempt: '1' }, { attempt: '0.1' }, { exitCode: 2 ** 31 }, { seq: 2 }, { reason: 'because' }]) {
      expect(WorkerEvent.safeParse({ ...finished, ...wrong }).success).toBe(false)
    }
  })
})

it('a started event tells the pull of its image; one of a version that does not, or with nonsense there, tells none', () => {
  const started = { v: 1, type: 'started', seq: 2, attempt: '1.1', worker: 'w', workerName: 'w', boot: 'b', ts: 0, container: null, imageDigest: null, startedAt: 1 }
  expect(StartedEvent.parse(started).pull).toBeUndefined()
  expect(StartedEvent.parse({ ...started, pull: { ms: 'long', bytes: -1 } }).pull).toBeNull()
  expect(StartedEvent.parse({ ...started, pull: { ms: 5, bytes: 7, later: 1 } }).pull).toEqual({ ms: 5, bytes: 7 })
})
