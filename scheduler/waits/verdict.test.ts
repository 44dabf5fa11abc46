import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TaskSpec } from '../../shared/dag/model.js'
import type { TaskInstanceRow } from '../../shared/database/tables/task-instances.js'
import { notYet, SECOND_LOOK_MS, settle } from './verdict.js'

const NOW = 1_000_000
const wait = (more: object = {}) => ({ kind: 'wait', wait: { kind: 'time', until: '', onTimeout: 'fail' }, trigger: null, timeout: null, pokeInterval: 3_600_000, retries: 0, retryDelay: 60_000, backoff: 'constant', ...more }) as unknown as TaskSpec
const trigger = (more: object = {}) => wait({ kind: 'trigger', wait: null, ...more })
const row = (more: Partial<TaskInstanceRow> = {}) => ({ ti_id: 7, state: 'up_for_reschedule', fence: 0, try_number: 1, due_at: NOW - 5, started_at: NOW - 10_000, wait_key: null, ...more }) as unknown as TaskInstanceRow

describe('a look', () => {
  it('comes soon again while nobody knows what the instance waits for, then once a poke interval', () => {
    expect(settle(notYet('', 'runs:1'), row(), wait(), true, NOW)).toMatchObject({ state: 'up_for_reschedule', due_at: NOW + SECOND_LOOK_MS, wait_key: 'runs:1', started_at: NOW })
    expect(settle(notYet('', 'runs:1'), row({ wait_key: 'runs:1' }), wait(), false, NOW)).toMatchObject({ due_at: NOW + 3_600_000, started_at: null })
    expect(settle(notYet('', null), row(), wait(), true, NOW)).toMatchObject({ due_at: NOW + 3_600_000 })
    expect(settle(notYet('', 'runs:1'), row(), wait({ pokeInterval: 1_000 }), true, NOW)).toMatchObject({ due_at: NOW + 1_000 })
  })

  it('never comes later than the timeout, and ends the wait no earlier', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 10_000_000 }), fc.integer({ min: 0, max: 20_000_000 }), fc.integer({ min: 1_000, max: 10_000_000 }), (timeout, waited, pokeInterval) => {
      const after = settle(notYet('', null), row({ started_at: NOW - waited }), wait({ timeout, pokeInterval }), false, NOW)
      if (waited >= timeout) expect(after.state).toBe('failed')
      else expect(after.due_at).toBe(Math.min(NOW + pokeInterval, NOW - waited + timeout))
    }))
  })

  it('that finds the condition met at the very timeout is in time', () => {
    expect(settle({ kind: 'done', because: '' }, row(), wait({ timeout: 10_000 }), false, NOW).state).toBe('success')
  })

  it('counts the time for an event from when the instance was let in', () => {
    expect(settle(notYet('', 'event:x'), row(), wait({ wait: { kind: 'event', event: 'x', onTimeout: 'fail' } }), true, NOW).started_at).toBe(NOW - 5)
  })

  it('uses the tries of a trigger, none of a wait', () => {
    const failed = { kind: 'failed-try', because: 'x' } as const
    expect(settle(failed, row(), trigger({ retries: 1 }), false, NOW)).toMatchObject({ state: 'up_for_retry', try_number: 2, due_at: NOW + 60_000, wait_key: null })
    expect(settle(failed, row({ try_number: 2 }), trigger({ retries: 1 }), false, NOW)).toMatchObject({ state: 'failed', due_at: null })
    expect(settle(notYet('', null), row(), trigger({ retries: 1, timeout: 10_000 }), false, NOW).state).toBe('up_for_retry')
    expect(settle({ kind: 'failed', because: 'x' }, row(), wait({ retries: 5 }), false, NOW).state).toBe('failed')
  })

  it('leaves no reason that is too long for its column', () => {
    expect(settle({ kind: 'failed', because: 'x'.repeat(1_000) }, row(), wait(), false, NOW).reason).toHaveLength(500)
  })
})
