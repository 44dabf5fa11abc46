import { expect, it } from 'vitest'
import { lookOfAttempt } from './attempt-look.js'

const look = (state: Parameters<typeof lookOfAttempt>[0]['state'], reason: string | null = null, exitCode: number | null = null): string => Object.values(lookOfAttempt({ state, reason, exitCode })).join(': ')

it('says how each attempt stands or ended', () => {
  expect([look('running'), look('lost'), look('released'), look('finished', 'exited', 0), look('finished', 'exited', 1), look('finished', 'exited', 99), look('finished', 'oom', 137), look('finished', 'cancelled', 143), look('finished', 'image_missing')]).toEqual([
    'running: running', 'upstream_failed: lost', 'up_for_reschedule: given back', 'success: success', 'failed: exit 1', 'skipped: exit 99', 'failed: oom', 'cancelled: cancelled', 'failed: image missing',
  ])
})
