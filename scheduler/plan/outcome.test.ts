import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TaskSpec } from '../../shared/dag/model.js'
import { FinishReason } from '../../shared/states/attempt.js'
import { decideOutcome } from './outcome.js'
import { infrastructureDelay, retryDelay } from './backoff.js'

const task = (more: Partial<TaskSpec> = {}): TaskSpec => ({
  id: 'a', kind: 'container', image: 'i', entrypoint: null, command: null, env: {}, secrets: {}, mounts: [], network: null, user: null, workdir: null, cpus: null, memory: null, shm: null, gpus: null,
  readOnly: false, capAdd: [], pull: 'missing', labels: {}, stopGrace: 10_000, queue: 'default', pool: null, poolSlots: 1, maxActive: null, priorityWeight: 1, weightRule: 'downstream', dependsOnPast: false, waitForDownstream: false, map: null, branch: false,
  shortCircuit: false, outlets: [], wait: null, trigger: null, retries: 2, retryDelay: 1_000, backoff: 'constant', maxRetryDelay: 60_000, timeout: null, startTimeout: null,
  triggerRule: 'all_success', after: [], result: false, skipExitCodes: [99], failExitCodes: [65], notYetExitCode: 75, pokeInterval: 5_000, ...more,
})
const first = { tryNumber: 1, infraLosses: 0, seed: 7 }
const exit = (exitCode: number, result: string | null = null) => ({ reason: FinishReason.exited, exitCode, detail: null, result })

describe('the end of an attempt', () => {
  it.each([
    [0, 'success'], [99, 'skipped'], [65, 'failed'], [75, 'up_for_reschedule'], [1, 'up_for_retry'], [255, 'up_for_retry'],
  ])('with exit code %i means %s', (code, state) => {
    expect(decideOutcome(task(), [], first, exit(code)).state).toBe(state)
  })

  it('is a failed try when the task promised a result and wrote none', () => {
    expect(decideOutcome(task({ result: true }), [], first, exit(0)).state).toBe('up_for_retry')
    expect(decideOutcome(task({ result: true }), [], first, exit(0, '[]')).state).toBe('success')
  })

  it('uses a try when the task failed, none when it answered "not yet" or its host was lost', () => {
    expect(decideOutcome(task(), [], first, exit(1))).toMatchObject({ tryNumber: 2, infraLosses: 0, delay: 1_000 })
    expect(decideOutcome(task(), [], first, exit(75))).toMatchObject({ tryNumber: 1, infraLosses: 0, delay: 5_000 })
    expect(decideOutcome(task(), [], first, { reason: FinishReason.infrastructure, exitCode: null, detail: null, result: null })).toMatchObject({ state: 'up_for_retry', tryNumber: 1, infraLosses: 1 })
  })

  it('fails for good after the last try, and after the last infrastructure loss', () => {
    expect(decideOutcome(task(), [], { ...first, tryNumber: 3 }, exit(1)).state).toBe('failed')
    const lost = decideOutcome(task(), [], { ...first, infraLosses: 3 }, { reason: FinishReason.pullFailed, exitCode: null, detail: 'no route', result: null })
    expect(lost).toMatchObject({ state: 'failed', infraLosses: 4 })
    expect(lost.reason).toContain('no route')
  })

  it.each([FinishReason.rejected, FinishReason.imageMissing, FinishReason.pullDenied])('%s is not retried: the next try would meet it again', reason => {
    expect(decideOutcome(task(), [], first, { reason, exitCode: null, detail: null, result: null }).state).toBe('failed')
  })

  it('by a signal or for memory is judged by the lists of exit codes too', () => {
    const killed = { reason: FinishReason.killed, exitCode: 139, detail: 'killed by SIGSEGV', result: null }
    const oom = { reason: FinishReason.oom, exitCode: 137, detail: 'out of memory: peak 511 MiB of a limit of 512 MiB', result: null }
    expect(decideOutcome(task(), [], first, killed)).toMatchObject({ state: 'up_for_retry', reason: killed.detail })
    expect(decideOutcome(task(), [], first, oom)).toMatchObject({ state: 'up_for_retry', reason: oom.detail })
    expect(decideOutcome(task({ failExitCodes: [137, 139] }), [], first, killed).state).toBe('failed')
    expect(decideOutcome(task({ failExitCodes: [137, 139] }), [], first, oom).state).toBe('failed')
  })

  it.each([FinishReason.oom, FinishReason.timeout, FinishReason.killed])('%s uses a try', reason => {
    expect(decideOutcome(task(), [], first, { reason, exitCode: 137, detail: null, result: null })).toMatchObject({ state: 'up_for_retry', tryNumber: 2 })
  })
})

describe('backoff', () => {
  it('doubles, stays under its limit and its jitter, and is the same under replay', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 100_000 }), (failedTry, seed, base) => {
      const policy = { retryDelay: base, backoff: 'exponential' as const, maxRetryDelay: 600_000 }
      const delay = retryDelay(policy, failedTry, seed)
      const plain = Math.min(600_000, base * 2 ** Math.min(failedTry - 1, 30))
      expect(delay).toBeGreaterThanOrEqual(Math.round(plain))
      expect(delay).toBeLessThanOrEqual(Math.ceil(plain * 1.1))
      expect(retryDelay(policy, failedTry, seed)).toBe(delay)
    }))
  })

  it('of infrastructure losses is 5, 10 and 20 seconds', () => {
    expect([1, 2, 3].map(infrastructureDelay)).toEqual([5_000, 10_000, 20_000])
  })
})
