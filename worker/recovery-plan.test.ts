import { describe, expect, it } from 'vitest'
import { recoveryStep } from './recovery-plan.js'

const RUN = { handle: 'abc', imageDigest: null, startedAt: 1 }
const HOUR = 3_600_000

describe('what a predecessor has left', () => {
  it('is adopted when it runs or has ended, however old it is', () => {
    expect(recoveryStep({ intent: { createdAt: 0 }, seen: { state: 'running', run: RUN }, answer: 'retaken', now: 99 * HOUR })).toEqual({ kind: 'adopt', run: RUN })
    expect(recoveryStep({ intent: { createdAt: 0 }, seen: { state: 'exited', run: RUN, exit: { finishedAt: 2, exitCode: 0, oom: false, lost: null } }, answer: 'held', now: 9 })).toEqual({ kind: 'adopt', run: RUN })
  })

  it.each(['absent', 'created'] as const)('is started when it is %s and still ours', state => {
    expect(recoveryStep({ intent: { createdAt: 0 }, seen: { state }, answer: 'held', now: 99 * HOUR })).toEqual({ kind: 'start' })
    expect(recoveryStep({ intent: { createdAt: 0 }, seen: { state }, answer: 'retaken', now: HOUR / 5 })).toEqual({ kind: 'start' })
  })

  it('is not started when it may have ended, been confirmed and been removed: Redis does not remember that for long', () => {
    expect(recoveryStep({ intent: { createdAt: 0 }, seen: { state: 'absent' }, answer: 'retaken', now: HOUR / 2 }).kind).toBe('abandon')
    expect(recoveryStep({ intent: { createdAt: 0 }, seen: { state: 'created' }, answer: 'retaken', now: HOUR / 2 }).kind).toBe('start')
  })

  it('is not started when Redis may have forgotten that it was fenced', () => {
    expect(recoveryStep({ intent: { createdAt: 0 }, seen: { state: 'absent' }, answer: 'retaken', now: 13 * HOUR }).kind).toBe('abandon')
  })
})
