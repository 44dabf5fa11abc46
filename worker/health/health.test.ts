import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HEALTHY, isQuarantined, next, quarantineText, type Health, type HealthEvent } from './health.js'

const MINUTE = 60_000
const LIMITS = { quarantineAfter: 3, probeEvery: 30_000 }
const failed: HealthEvent = { kind: 'failed', detail: 'no shim' }
const well: HealthEvent = { kind: 'probed', problem: null }
const ill: HealthEvent = { kind: 'probed', problem: 'still no shim' }
const short = (...shortages: string[]): HealthEvent => ({ kind: 'measured', shortages })

/** What becomes of it when these happen at one moment. */
const after = (health: Health, events: readonly HealthEvent[], now = 0): Health => events.reduce((last, event) => next(last, event, now, LIMITS), health)
const quarantined = after(HEALTHY, [failed, failed, failed])

describe('a worker', () => {
  it('is quarantined by failures in a row, and by none that a start comes between', () => {
    expect(after(HEALTHY, [failed, failed]).state).toBe('healthy')
    expect(after(HEALTHY, [failed, failed, { kind: 'started' }, failed, failed]).state).toBe('healthy')
    expect(quarantined).toMatchObject({ state: 'quarantined', cause: '3 containers in a row could not be started; the last: no shim', probeAt: 0 })
  })

  it('is quarantined by many failures within ten minutes, whatever starts in between, and not by as many in a day', () => {
    const often = Array.from({ length: 12 }, (): HealthEvent[] => [failed, { kind: 'started' }]).flat()
    expect(after(HEALTHY, often)).toMatchObject({ state: 'quarantined', cause: expect.stringContaining('12 containers within 10 minutes') as string })
    const seldom = Array.from({ length: 50 }, (_, index) => index * 2 * MINUTE).reduce((health, at) => after(health, [failed, { kind: 'started' }], at), HEALTHY)
    expect(seldom.state).toBe('healthy')
  })

  it('leaves its quarantine by a probe only', () => {
    expect(after(quarantined, [{ kind: 'started' }, short(), failed, well]).state).toBe('quarantined')
    const probing = after(quarantined, [{ kind: 'probe' }])
    expect(after(probing, [{ kind: 'started' }, short(), { kind: 'probe' }]).state).toBe('probing')
    expect(after(probing, [well])).toMatchObject({ state: 'healthy', inARow: 0, failedAt: [], cause: '' })
    expect(after(probing, [ill])).toMatchObject({ state: 'quarantined', probeAt: 30_000 })
  })

  it('is probed at once, then after pauses that double up to ten minutes', () => {
    const delays: number[] = []
    let health = quarantined
    for (let at = 0; delays.length < 7; at = health.probeAt) {
      health = after(health, [{ kind: 'probe' }, ill], at)
      delays.push(health.probeAt - at)
    }
    expect(delays).toEqual([30_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000])
  })

  it('that fails again soon after a probe that went well is not probed at once: the probe does not see what is wrong', () => {
    const cured = after(quarantined, [{ kind: 'probe' }, well])
    const soon = after(cured, [failed, failed, failed], MINUTE)
    expect(soon).toMatchObject({ state: 'quarantined', probeAt: MINUTE + 30_000 })
    const again = after(after(soon, [{ kind: 'probe' }, well], 2 * MINUTE), [failed, failed, failed], 3 * MINUTE)
    expect(again.probeAt).toBe(4 * MINUTE)
    expect(after(cured, [failed, failed, failed], 20 * MINUTE).probeAt).toBe(20 * MINUTE)
  })

  it('is guarded while something is short, also after a quarantine', () => {
    expect(after(HEALTHY, [short('2 MiB are free')])).toMatchObject({ state: 'guarded', shortages: ['2 MiB are free'] })
    expect(after(HEALTHY, [short('x'), short()]).state).toBe('healthy')
    expect(after(quarantined, [short('x'), { kind: 'probe' }, well]).state).toBe('guarded')
    expect(after(HEALTHY, [short('x'), failed, failed, failed]).state).toBe('quarantined')
  })

  it('says why, what the last probe said, and when the next one is', () => {
    expect(quarantineText(quarantined, 0)).toBe('it is quarantined: 3 containers in a row could not be started; the last: no shim; the next probe is in 0 s')
    const later = after(quarantined, [{ kind: 'probe' }, ill], 0)
    expect(quarantineText(later, 10_000)).toBe('it is quarantined: 3 containers in a row could not be started; the last: no shim; the last probe failed: still no shim; the next probe is in 20 s')
    expect(quarantineText(after(later, [{ kind: 'probe' }]), 0)).toMatch(/it is being probed$/)
  })

  it('takes work exactly when nothing is short and no quarantine is on, whatever happens in whatever order', () => {
    const event: fc.Arbitrary<HealthEvent> = fc.constantFrom(failed, failed, { kind: 'started' }, short('x'), short(), { kind: 'probe' }, well, ill)
    fc.assert(fc.property(fc.array(fc.tuple(event, fc.nat(5 * MINUTE)), { maxLength: 60 }), steps => {
      let now = 0
      let health = HEALTHY
      for (const [one, pass] of steps) {
        now += pass
        health = next(health, one, now, LIMITS)
        expect(health.state === 'healthy').toBe(health.shortages.length === 0 && !isQuarantined(health))
        expect(isQuarantined(health)).toBe(health.cause !== '')
        // Nobody waits for ever: a quarantine has a next probe.
        if (health.state === 'quarantined') expect(health.probeAt - now).toBeLessThanOrEqual(10 * MINUTE)
      }
    }))
  })
})
