import { pino } from 'pino'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Loop } from './loop.js'
import { stuckLoop } from './stuck.js'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

/** What is said of a loop with this step after six minutes. */
async function afterSixMinutes(runOnce: () => Promise<number>): Promise<string | null> {
  const loop = new Loop({ name: 'it', log: pino({ level: 'silent' }), runOnce })
  expect(stuckLoop([loop])).toBeNull()
  await loop.start()
  await vi.advanceTimersByTimeAsync(360_000)
  const stuck = stuckLoop([loop])
  void loop.stop()
  return stuck
}

it('a loop that comes forward, however seldom it is due, is not stuck', async () => {
  expect(await afterSixMinutes(async () => 1_000)).toBeNull()
  expect(await afterSixMinutes(async () => 86_400_000)).toBeNull()
})

it('a loop whose pass never ends, or fails each time for reasons of its own, is stuck', async () => {
  expect(await afterSixMinutes(() => new Promise(() => {}))).toBe('loop it has brought nothing for 360 s')
  expect(await afterSixMinutes(async () => { throw new TypeError('x is not a function') })).toBe('loop it has brought nothing for 360 s')
})

it('a loop that waits for a server that is away is not: a restart would not bring it back', async () => {
  expect(await afterSixMinutes(async () => { throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) })).toBeNull()
})
