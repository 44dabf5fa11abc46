import { expect, it } from 'vitest'
import type { BackfillListRow } from '../database/tables/backfills.js'
import { progressOf } from './backfill-progress.js'

const row = (more: Partial<BackfillListRow> = {}): BackfillListRow => ({ backfill_key: 1, state: 'active', max_active_runs: 2, is_paused: 0, ...more }) as BackfillListRow

it('a backfill is completed when none of its runs is unfinished, and what was cancelled stays so', () => {
  expect(progressOf(row(), [{ state: 'success', count: 3, took: 3 }, { state: 'failed', count: 1, took: 1 }])).toMatchObject({ phase: 'completed', total: 4, left: null })
  expect(progressOf(row({ state: 'paused' }), [{ state: 'success', count: 1, took: 1 }]).phase).toBe('completed')
  expect(progressOf(row({ state: 'paused' }), [{ state: 'queued', count: 1, took: 0 }]).phase).toBe('paused')
  expect(progressOf(row({ state: 'cancelled' }), [{ state: 'cancelled', count: 1, took: 0 }]).phase).toBe('cancelled')
})

it('the time left is told from the mean run and the limit, once a run has ended, and not while nothing may start', () => {
  const counts = [{ state: 'success', count: 4, took: 40_000 }, { state: 'running', count: 2, took: 0 }, { state: 'queued', count: 9, took: 0 }] as const
  expect(progressOf(row(), counts).left).toBe(50_000)
  expect(progressOf(row({ max_active_runs: 100 }), counts).left).toBe(9_091)
  expect(progressOf(row(), counts.slice(1)).left).toBeNull()
  expect(progressOf(row({ state: 'paused' }), counts).left).toBeNull()
  expect(progressOf(row({ is_paused: 1 }), counts).left).toBeNull()
})
